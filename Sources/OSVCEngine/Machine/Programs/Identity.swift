internal import Glibc

/// Runs a program as another user or group: `setpriv` (util-linux) is started, which changes both and then executes
/// the program.
struct IdentityChange {
    /// `setpriv` with its options.
    var arguments: [String]
    /// The variables that a program of a user expects: HOME, USER, LOGNAME.
    var environment: [String: String] = [:]

    /// Nil when the command runs as osvc does. Throws EPERM when osvc may not change its identity.
    init?(_ command: Command, from current: UInt32) throws(HostError) {
        guard command.user != nil || command.group != nil else { return nil }
        let user = try command.user.map { name throws(HostError) in try Account.user(name) }
        let group = try command.group.map { name throws(HostError) in try Account.group(name) }
        let gid = group ?? user?.group
        if (user?.id ?? current) == current, (gid ?? getegid()) == getegid() { return nil }
        guard current == 0 else {
            let name = command.user ?? command.group ?? ""
            throw .system(call: "setuid", subject: name, errno: EPERM)
        }
        arguments = ["setpriv"]
        if let user {
            arguments += [
                "--reuid", "\(user.id)", user.isKnown ? "--init-groups" : "--clear-groups",
            ]
            environment = user.environment
        } else {
            arguments.append("--keep-groups")
        }
        if let gid { arguments += ["--regid", "\(gid)"] }
        arguments.append("--")
    }

    /// Throws for files that `setpriv` would report with an exit code of its own, or pass to a shell.
    func check(_ path: String) throws(HostError) {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_mode & 0o111 != 0
        else { throw .programMissing(path) }
        let file = try Descriptor.open(path, O_RDONLY)
        var magic: [UInt8] = [0, 0]
        let count = read(file.number, &magic, 2)
        let isProgram = magic == Array("#!".utf8) || magic == [0x7f, UInt8(ascii: "E")]
        guard count == 2, isProgram else { throw .cannotExecute(path, errno: ENOEXEC) }
        if let interpreter = Interpreter.missing(of: path) {
            throw .interpreterMissing(path, interpreter: interpreter)
        }
    }
}

/// A user of `/etc/passwd`. Static programs have no name service switch, so users of other sources can be given
/// only by number.
struct Account: Equatable {
    var id: UInt32
    var group: UInt32
    var name: String
    var home: String
    /// Whether the user is in the file; a number may have no entry.
    var isKnown = true

    var environment: [String: String] {
        isKnown ? ["HOME": home, "USER": name, "LOGNAME": name] : [:]
    }

    static func user(_ name: String) throws(HostError) -> Account {
        if let account = parse(try contents("/etc/passwd"), name: name) { return account }
        guard let id = UInt32(name) else { throw .unknownUser(name) }
        return Account(id: id, group: id, name: name, home: "/", isKnown: false)
    }

    static func group(_ name: String) throws(HostError) -> UInt32 {
        for fields in lines(try contents("/etc/group")) where fields.count >= 3 {
            if fields[0].isSame(name), let id = UInt32(fields[2]) { return id }
        }
        guard let id = UInt32(name) else { throw .unknownUser(name) }
        return id
    }

    /// Finds a user by name or number in the text of a passwd file.
    static func parse(_ text: String, name: String) -> Account? {
        for fields in lines(text) where fields.count >= 6 {
            guard let id = UInt32(fields[2]), let group = UInt32(fields[3]),
                fields[0].isSame(name) || fields[2].isSame(name)
            else { continue }
            return Account(id: id, group: group, name: String(fields[0]), home: String(fields[5]))
        }
        return nil
    }

    private static func lines(_ text: String) -> some Sequence<[Substring]> {
        text.split(separator: "\n").lazy.map {
            $0.split(separator: ":", omittingEmptySubsequences: false)
        }
    }

    private static func contents(_ path: String) throws(HostError) -> String {
        String(decoding: try FileReader.whole(path, limit: 16 << 20) ?? [], as: UTF8.self)
    }
}
