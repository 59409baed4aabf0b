import Glibc
import OSVCEngine
import Testing

/// A directory for one test, removed with everything in it.
final class Scratch {
    let path: String

    init() throws {
        var template = Array("/tmp/osvc-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Where the test mounts something: a test that fails half-way leaves no mount either.
    var mountPoint: String?

    deinit {
        if let mountPoint { umount2(mountPoint, Int32(MNT_DETACH)) }
        Scratch.remove(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws -> String {
        let path = file(name)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(Glibc.write(descriptor, text, text.utf8.count) == text.utf8.count)
        fchmod(descriptor, mode)
        return path
    }

    private static func remove(_ path: String) {
        if unlink(path) == 0 { return }
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                        String(cString: $0)
                    }
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}

/// A shell is the shortest program that misbehaves; the host itself never uses one.
func shell(_ script: String, _ change: (inout Command) -> Void = { _ in }) -> Command {
    var command = Command(["sh", "-c", script])
    change(&command)
    return command
}

extension LinuxHost {
    /// Who runs with this argument.
    func running(_ argument: String) throws -> [ProcessEntry] {
        try processes().filter { $0.arguments.contains(argument) }
    }
}

/// What names a `sleep` of this test run: another run on the machine has others.
func marker(_ number: Int) -> String { "1017.\(number)\(getpid())" }
