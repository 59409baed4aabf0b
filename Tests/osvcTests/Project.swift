import Glibc
import Testing

/// The files of the project, as they are beside the tests.
enum Project {
    static let root = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }

    /// The text of a file; empty, with a failure, when it cannot be read.
    static func text(_ name: String) -> String {
        let descriptor = open("\(root)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            Issue.record("\(name) cannot be read")
            return ""
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The names in a directory that end so, sorted.
    static func names(in directory: String, ending: String) -> [String] {
        guard let stream = opendir("\(root)/\(directory)") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(ending) { names.append(name) }
        }
        return names.sorted()
    }
}

extension Project {
    static func exists(_ name: String) -> Bool { access("\(root)/\(name)", F_OK) == 0 }

    /// The files below a directory, however deep.
    static func files(below directory: String) -> [String] {
        names(in: directory, ending: "").filter { !$0.hasPrefix(".") }.flatMap { name in
            let path = "\(directory)/\(name)"
            let inner = files(below: path)
            return inner.isEmpty ? [path] : inner
        }
    }
}
