internal import Glibc

/// A directory of the test's own, removed with everything in it when the test lets go of it.
public final class TemporaryDirectory: Sendable {
    public let path: String

    public init() {
        var name = Array("/tmp/osvc-test-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else { preconditionFailure("mkdtemp: errno \(errno)") }
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        path = String(decoding: bytes, as: UTF8.self)
    }

    /// The file's text; empty when there is none.
    public func text(_ name: String) -> String {
        guard let file = fopen("\(path)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while true {
            let byte = getc(file)
            guard byte != EOF else { break }
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    public func write(_ text: String, to name: String) {
        guard let file = fopen("\(path)/\(name)", "w") else {
            preconditionFailure("fopen \(name): errno \(errno)")
        }
        fputs(text, file)
        fclose(file)
    }

    deinit {
        Self.removeAll(path)
    }

    private static func removeAll(_ path: String) {
        if let directory = opendir(path) {
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                guard name != ".", name != ".." else { continue }
                let child = "\(path)/\(name)"
                if unlink(child) != 0 { removeAll(child) }
            }
            closedir(directory)
        }
        rmdir(path)
    }
}
