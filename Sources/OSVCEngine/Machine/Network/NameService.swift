internal import Glibc

/// The addresses of `/etc/hosts`, by name.
struct HostsFile {
    /// Bytes. Every name is kept in memory; a larger file is left to the name service.
    static let sizeLimit = 4 << 20

    /// The time of the last change of the file; nil: it did not exist.
    var modified: Double?
    private var addresses: [String: [IPAddress]] = [:]

    init(_ text: String, modified: Double?) {
        self.modified = modified
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
            let fields = line.prefix { $0 != UInt8(ascii: "#") }
                .split {
                    $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
                }
                .map { String(Substring($0)) }
            guard let first = fields.first, let address = IPAddress(first) else { continue }
            for name in fields.dropFirst().map({ $0.lowercased() })
            where addresses[name]?.contains(address) != true {
                addresses[name, default: []].append(address)
            }
        }
    }

    /// All addresses of a name, in the order of the file; the case of the name does not count.
    func addresses(of name: String) -> [IPAddress] { addresses[name.lowercased()] ?? [] }
}

/// Resolves names and opens connections.
extension LinuxHost {
    /// The limit for the system's name service.
    private static let nameLimit = Duration.seconds(10)

    /// Resolves a name. Empty: the name has no address, or the name service did not answer within 10 seconds.
    ///
    /// Static programs have no name service switch, so `getaddrinfo` would know less than the machine
    /// does. `getent` is the system's own program and asks everything that the administrator configured.
    public func resolve(_ name: String) async throws(HostError) -> [IPAddress] {
        if let address = IPAddress(name) { return [address] }
        guard !name.isEmpty, !name.contains("\0") else { return [] }
        let listed = try hostsFile().addresses(of: name)
        if !listed.isEmpty { return listed }
        if let known = keptNames[name] { return known }
        let command = Command(
            ["getent", "ahosts", "--", name],
            limit: LinuxHost.nameLimit,
            killAfter: .seconds(1),
            logging: .quiet
        )
        let result = try await ask(command)
        let found = result.code == 0 ? LinuxHost.parseAhosts(result.outputText) : []
        // One answer holds for the whole command: the addresses of a service must not change half way.
        keptNames[name] = found
        return found
    }

    /// Parses lines `192.0.2.1 STREAM name`; each address occurs once per type of socket.
    nonisolated static func parseAhosts(_ text: String) -> [IPAddress] {
        var found: [IPAddress] = []
        for line in text.split(separator: "\n") {
            guard let first = line.split(whereSeparator: \.isWhitespace).first,
                let address = IPAddress(String(first)), !found.contains(address)
            else { continue }
            found.append(address)
        }
        return found
    }

    private func hostsFile() throws(HostError) -> HostsFile {
        let path = "/etc/hosts"
        let modified = try fileInfo(path)?.modified
        if let keptHosts, keptHosts.modified == modified { return keptHosts }
        let bytes: [UInt8]
        do throws(HostError) {
            bytes = try readFile(path, limit: HostsFile.sizeLimit) ?? []
        } catch .tooLarge {
            // The name service reads it too, without keeping it in memory.
            bytes = []
        }
        let file = HostsFile(String(decoding: bytes, as: UTF8.self), modified: modified)
        keptHosts = file
        return file
    }

    /// Tries the addresses of a name in order, within one limit for all of them, name service included. Throws
    /// `.malformed` for a port outside 1 to 65535.
    public func connects(to address: String, port: Int, within limit: Duration)
        async throws(HostError) -> Bool
    {
        guard let port = UInt16(exactly: port), port > 0 else {
            throw .malformed(subject: "port \(port)", problem: "not from 1 to 65535")
        }
        let end = MonotonicInstant.now.advanced(by: limit)
        for candidate in try await resolve(address) {
            let left = MonotonicInstant.now.duration(to: end)
            guard left > .zero else { return false }
            if try await connects(candidate, port, within: left) { return true }
        }
        return false
    }

    private func connects(_ address: IPAddress, _ port: UInt16, within limit: Duration)
        async throws(HostError) -> Bool
    {
        let type = Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK
        let number = socket(address.isIPv6 ? AF_INET6 : AF_INET, type, 0)
        guard number >= 0 else {
            // A kernel without IPv6 has no connection by it.
            if errno == EAFNOSUPPORT { return false }
            throw .system(call: "socket", subject: "\(address)", errno: errno)
        }
        let socket = Descriptor(number)
        if SocketAddress.connect(socket.number, to: address, port: port) == 0 { return true }
        guard errno == EINPROGRESS else { return false }
        guard try await loop.wait(for: socket.number, .write, within: limit) else { return false }
        var problem: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(socket.number, SOL_SOCKET, SO_ERROR, &problem, &size) == 0 && problem == 0
    }
}

enum SocketAddress {
    /// `connect` to an address by value.
    static func connect(_ socket: Int32, to address: IPAddress, port: UInt16) -> Int32 {
        if address.isIPv6 {
            var target = sockaddr_in6()
            target.sin6_family = sa_family_t(AF_INET6)
            target.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &target.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return call(&target) { Glibc.connect(socket, $0, $1) }
        }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address.bytes) }
        return call(&target) { Glibc.connect(socket, $0, $1) }
    }

    /// Passes any type of socket address to `body` as the general type.
    static func call<Address, Value>(
        _ address: inout Address,
        _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        let size = socklen_t(MemoryLayout<Address>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
        }
    }
}
