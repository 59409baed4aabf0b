internal import Glibc

/// A list of C strings that ends with a null pointer, as exec takes its arguments and environment.
///
/// One block of memory for all bytes and one for the pointers, freed with the value.
struct CStringList: ~Copyable {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let bytes: UnsafeMutablePointer<CChar>

    /// Throws when a string contains a NUL byte, where C would end it.
    init(_ strings: [String], subject: String) throws(HostError) {
        let size = strings.reduce(0) { $0 + $1.utf8.count + 1 }
        bytes = .allocate(capacity: max(size, 1))
        pointers = .allocate(capacity: strings.count + 1)
        var next = bytes
        var isBroken = false
        for (index, string) in strings.enumerated() {
            pointers[index] = next
            for byte in string.utf8 {
                isBroken = isBroken || byte == 0
                next.pointee = CChar(bitPattern: byte)
                next += 1
            }
            next.pointee = 0
            next += 1
        }
        pointers[strings.count] = nil
        if isBroken { throw .malformed(subject: subject, problem: "holds a NUL byte") }
    }

    /// Overwrites the string at `index` with one that is not longer.
    func replace(at index: Int, with string: String) {
        guard var next = pointers[index], string.utf8.count <= strlen(next) else { return }
        for byte in string.utf8 {
            next.pointee = CChar(bitPattern: byte)
            next += 1
        }
        next.pointee = 0
    }

    deinit {
        bytes.deallocate()
        pointers.deallocate()
    }
}

/// The name of one run of a program. It is in the environment of everything that the program starts, so that
/// processes that left its process group can be found.
struct CallMark: Sendable {
    static let variable = "OSVC_CALL"
    /// The variable that only daemons get in addition: the name of the launcher.
    static let launcherVariable = "OPENSVC_LAUNCHER"

    /// The value in osvc's own environment: when osvc runs below another osvc, the value has the marks of both.
    private static let inherited: String = {
        guard let value = getenv(variable) else { return "" }
        return String(cString: value) + "/"
    }()
    static let origin =
        "\(getpid())-\(String(MonotonicInstant.now.nanoseconds, radix: 36))"
    /// The longest mark, which reserves the room for any other.
    static let widest = CallMark(number: .max)

    let number: UInt32

    var name: String { "\(CallMark.origin)-\(String(number, radix: 36))" }

    /// `OSVC_CALL=812-2n9c/977-a1b2-4`.
    var assignment: String { "\(CallMark.variable)=\(CallMark.inherited)\(name)" }

    /// Whether an environment entry is the mark of any call.
    static func isMark(_ entry: String) -> Bool { entry.begins("\(variable)=") }

    /// Whether an environment entry is the mark of a call that the osvc with this pid made itself.
    static func isMark(_ entry: String, ofProcess pid: Int32) -> Bool {
        guard entry.begins("\(variable)=") else { return false }
        return entry.withoutFirst(bytes: variable.utf8.count + 1).pathParts.last?
            .begins("\(pid)-") == true
    }

    /// Whether an environment entry has the mark with this name as that of its last call.
    static func isMark(_ entry: String, named name: String) -> Bool {
        guard entry.begins("\(variable)=") else { return false }
        return entry.withoutFirst(bytes: variable.utf8.count + 1).pathParts.last?.isSame(name)
            == true
    }

    /// Whether an environment entry is the mark of a call of the osvc with this origin.
    static func isMark(_ entry: String, ofOrigin origin: String) -> Bool {
        guard entry.begins("\(variable)=") else { return false }
        return entry.withoutFirst(bytes: variable.utf8.count + 1).pathParts.last?
            .begins("\(origin)-") == true
    }

    /// Whether a process has the mark, by the bytes of its `/proc/PID/environ`.
    func isIn(_ environment: [UInt8]) -> Bool {
        let start = Array("\(CallMark.variable)=".utf8)
        let name = Array(self.name.utf8)
        return environment.split(separator: 0).contains { entry in
            entry.starts(with: start)
                && entry.dropFirst(start.count).split(separator: UInt8(ascii: "/"))
                    .contains { $0.elementsEqual(name) }
        }
    }
}
