import OSVCEngine

extension RequestRunner {
    /// The devices or disks of the service, one a line.
    func list(_ what: Request.DeviceList, asJSON: Bool) -> Int32 {
        do throws(HostError) {
            let lists = DeviceLists(service, host: host)
            let names = what == .disks ? try lists.disks() : try lists.devices()
            show(
                asJSON
                    ? JSONValue.array(names.map(JSONValue.string)).prettyText + "\n"
                    : names.map { "\($0)\n" }.joined()
            )
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }
}
