internal import CLinux
internal import Glibc

/// The extended attributes of a file (xattr(7)): access lists, security labels, and attributes of users.
struct ExtendedAttributes: Sendable, Equatable {
    private var values: [String: [UInt8]] = [:]

    /// Reads those that can be read.
    init(of file: borrowing Descriptor) {
        let number = file.number
        let names = Self.read { osvc_flistxattr(number, $0, $1) } ?? []
        for bytes in names.split(separator: 0) {
            let name = String(decoding: bytes, as: UTF8.self)
            values[name] = Self.read { osvc_fgetxattr(number, name, $0, $1) }
        }
    }

    /// Sets them on another file, except those that it already has. Returns name and `errno` of the first one
    /// that cannot be set. Attributes of the kernel (`security.`, `trusted.`) are set where that is allowed.
    func give(to file: borrowing Descriptor) -> (name: String, errno: Int32)? {
        let there = ExtendedAttributes(of: file).values
        for (name, value) in values.sorted(by: { $0.key < $1.key }) where there[name] != value {
            guard osvc_fsetxattr(file.number, name, value, UInt(value.count), 0) != 0 else {
                continue
            }
            let problem = errno
            let isKernels = name.hasPrefix("security.") || name.hasPrefix("trusted.")
            if !isKernels { return (name, problem) }
        }
        return nil
    }

    /// A complete answer of the kernel, which returns the size when it gets no room; nil: no answer.
    private static func read(_ ask: (UnsafeMutablePointer<CChar>?, UInt) -> Int) -> [UInt8]? {
        let size = ask(nil, 0)
        guard size >= 0 else { return nil }
        var count = -1
        let answer = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, initialized in
            buffer.withMemoryRebound(to: CChar.self) { count = ask($0.baseAddress, UInt(size)) }
            initialized = max(0, count)
        }
        return count >= 0 ? answer : nil
    }
}
