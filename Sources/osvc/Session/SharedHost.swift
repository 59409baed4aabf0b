import OSVCEngine
import OSVCLuaBridge

/// A host for many classic services, which reads the machine once for all of them.
@EngineActor
struct SharedHost {
    let scripts = SharedScripts()
    let host: LinuxHost

    init() throws(HostError) {
        host = try LinuxHost(scripts: scripts)
    }
}
