import Glibc
@testable import OSVCEngine
import Testing

/// Files, mounts, interfaces, loop devices and names of the machine the tests run on.
///
/// What needs a network namespace (probing and announcing addresses) is tested with the whole program.
@EngineActor
@Suite struct MachineTests {
    let host: LinuxHost

    init() throws {
        host = try LinuxHost()
    }

    @Test func `the mount table has the root`() throws {
        #expect(try host.mounts().contains { $0.mountPoint == "/" })
    }

    @Test func `interfaces are those that ip shows, with every address`() async throws {
        let shown = try await host.run(Command(["ip", "-o", "addr", "show"]))
        var expected: Set<String> = []
        for line in shown.outputText.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            // The part before the slash, of a peer's line too, is the address.
            expected.insert("\(fields[1]) \(fields[3].split(separator: "/")[0])")
        }
        let found = try host.interfaces().flatMap { interface in
            interface.addresses.map { "\(interface.name) \($0.address)" }
        }
        #expect(Set(found) == expected)
        let loopback = try #require(try host.interfaces().first { $0.name == "lo" })
        if let address = loopback.addresses.first(where: { !$0.address.isIPv6 }) {
            #expect(address.prefixLength == 8)
            #expect(address.label == "lo")
        }
    }

    @Test func `a file is replaced whole, with the mode that was asked for`() throws {
        let scratch = try Scratch()
        let path = scratch.file("state")
        umask(0o077)
        defer { umask(0o022) }
        try host.writeFile(path, Array("one".utf8), mode: 0o644)
        try host.writeFile(path, Array("two".utf8), mode: 0o640)
        #expect(try host.readFile(path, limit: 3) == Array("two".utf8))
        #expect(try host.fileInfo(path)?.mode == 0o640)
        #expect(try host.directory(scratch.path) == ["state"])
    }

    @Test func `a replacement that fails leaves the old file and no other`() throws {
        let scratch = try Scratch()
        // A directory cannot be replaced by a file: the rename fails, after all else was done.
        try host.makeDirectory(scratch.file("state/inner"))
        #expect(throws: HostError.self) {
            try host.writeFile(scratch.file("state"), Array("new".utf8), mode: 0o644)
        }
        #expect(try host.directory(scratch.path) == ["state"])
        #expect(
            throws: HostError.system(
                call: "open",
                subject: scratch.file("none/.x.\(getpid()).tmp"),
                errno: ENOENT
            )
        ) { try host.writeFile(scratch.file("none/x"), [], mode: 0o644) }
    }

    @Test(.enabled(if: getuid() == 0, "mounts a file system"))
    func `a full file system keeps the old file, and still counts as writable`() async throws {
        let scratch = try Scratch()
        let mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "none", scratch.path]
        scratch.mountPoint = scratch.path
        try #require(try await host.run(Command(mount)).code == 0)
        do {
            let path = scratch.file("state")
            try host.writeFile(path, Array("old".utf8), mode: 0o644)
            #expect(
                throws: HostError.system(call: "write", subject: path, errno: ENOSPC)
            ) { try host.writeFile(path, [UInt8](repeating: 1, count: 65536), mode: 0o644) }
            #expect(try host.directory(scratch.path) == ["state"])
            #expect(try host.readFile(path, limit: 10) == Array("old".utf8))
            #expect(host.isWritable(below: scratch.path))
            #expect(try host.directory(scratch.path) == ["state"])
            let readOnly = ["mount", "-o", "remount,ro", scratch.path]
            #expect(try await host.run(Command(readOnly)).code == 0)
            #expect(!host.isWritable(below: scratch.path))
        }
        #expect(try await host.run(Command(["umount", scratch.path])).code == 0)
    }

    @Test(.enabled(if: getuid() == 0, "mounts a file system"))
    func `those who use a mount are found, and nobody else`() async throws {
        let scratch = try Scratch()
        let place = scratch.file("mnt")
        scratch.mountPoint = place
        let outside = scratch.file("outside")
        try host.makeDirectory(place)
        try host.makeDirectory(outside)
        let mount = ["mount", "-t", "tmpfs", "none", place]
        try #require(try await host.run(Command(mount)).code == 0)
        let user = try await host.spawn(Command(["sleep", "\(marker(8))"], directory: place)).pid
        let other = try await host.spawn(Command(["sleep", "\(marker(8))"], directory: outside)).pid
        #expect(try host.users(of: place).others.map(\.pid) == [user])
        #expect(try host.users(of: place).callers.isEmpty)
        try host.signal(SIGKILL, to: .process(user))
        while try !host.users(of: place).others.isEmpty { try await host.sleep(.milliseconds(5)) }
        #expect(try await host.run(Command(["umount", place])).code == 0)
        #expect(try host.running("\(marker(8))").map(\.pid) == [other])
        try host.signal(SIGKILL, to: .process(other))
        #expect(try host.users(of: place) == MountUse())
    }

    @Test(.enabled(if: getuid() == 0, "mounts a file system"))
    func `of a bind mount's users only those who use it there are found`() async throws {
        let scratch = try Scratch()
        let source = scratch.file("source")
        let place = scratch.file("mnt")
        scratch.mountPoint = place
        try host.makeDirectory(source)
        try host.makeDirectory(place)
        try #require(
            try await host.run(Command(["mount", "--bind", source, place])).code == 0
        )
        let user = try await host.spawn(Command(["sleep", "\(marker(9))"], directory: place)).pid
        let other = try await host.spawn(Command(["sleep", "\(marker(9))"], directory: source)).pid
        #expect(try host.users(of: place).others.map(\.pid) == [user])
        try host.signal(SIGKILL, to: .process(user))
        while try !host.users(of: place).others.isEmpty { try await host.sleep(.milliseconds(5)) }
        #expect(try await host.run(Command(["umount", place])).code == 0)
        #expect(try host.running("\(marker(9))").map(\.pid) == [other])
        try host.signal(SIGKILL, to: .process(other))
    }

    @Test(
        .enabled(
            if: getuid() == 0 && access("/dev/loop-control", F_OK) == 0,
            "binds a loop device"
        )
    )
    func `a file bound to a loop device is listed until it is unbound`() async throws {
        let scratch = try Scratch()
        let file = scratch.file("disk image")
        try host.writeFile(file, [UInt8](repeating: 0, count: 65536), mode: 0o600)
        let bound = try await host.run(Command(["losetup", "--find", "--show", file]))
        let device = bound.outputText.split(separator: "\n").joined()
        #expect(try host.loopDevices().contains(LoopDevice(path: device, file: file)))
        #expect(try host.fileInfo(device)?.kind == .blockDevice)
        #expect(try await host.run(Command(["losetup", "-d", device])).code == 0)
        // The kernel lets go when the last one who looks, as udev does, has closed it.
        while try host.loopDevices().contains(where: { $0.file == file }) {
            host.forget()
            try await host.sleep(.milliseconds(2))
        }
    }

    @Test func `files and directories are seen as they are`() throws {
        let scratch = try Scratch()
        let path = try scratch.write("b", "text", mode: 0o600)
        symlink(path, scratch.file("a"))
        #expect(try host.fileInfo(scratch.file("a"))?.kind == .file)
        #expect(try host.fileInfo(path)?.size == 4)
        #expect(try host.fileInfo(scratch.path)?.kind == .directory)
        #expect(try host.fileInfo(scratch.file("c")) == nil)
        #expect(try host.fileInfo("\(path)/below-a-file") == nil)
        #expect(host.realPath(scratch.file("a")) == path)
        #expect(host.realPath(scratch.file("c")) == nil)
        #expect(try host.directory(scratch.path) == ["a", "b"])
        #expect(try host.directory(scratch.file("c")) == nil)
        #expect(try host.readFile(scratch.file("c"), limit: 1) == nil)
        #expect(throws: HostError.tooLarge(path: path, limit: 3)) {
            try host.readFile(path, limit: 3)
        }
        #expect(throws: HostError.tooLarge(path: "/proc/self/status", limit: 3)) {
            try host.readFile("/proc/self/status", limit: 3)
        }
    }

    @Test func `directories are made with their parents, and files removed once`() throws {
        let scratch = try Scratch()
        let deep = scratch.file("a/b/c")
        try host.makeDirectory(deep)
        try host.makeDirectory(deep)
        #expect(try host.fileInfo(deep)?.mode == 0o755)
        let path = try scratch.write("file", "")
        #expect(throws: HostError.system(call: "mkdir", subject: path, errno: EEXIST)) {
            try host.makeDirectory(path)
        }
        try host.removeFile(path)
        try host.removeFile(path)
        #expect(try host.fileInfo(path) == nil)
    }

    @Test func `this process is in the process list as it is`() throws {
        let own = try #require(try host.processes().first { $0.pid == getpid() })
        #expect(own.parent == getppid())
        #expect(own.group == getpgrp())
        #expect(own.user == getuid())
        #expect(own.executable == host.realPath("/proc/self/exe"))
        #expect(own.startTime > 0)
    }

    @Test func `what is kept of a process does not grow with what its user puts into it`()
        async throws
    {
        let long = String(repeating: "x", count: 100_000)
        var environment = ["OPENSVC_SVCNAME": long, "OSVC_MINE": long, "OPENSVC_LAUNCHER": "l"]
        for number in 1...8 { environment["OPENSVC_\(number)"] = long }
        let words = Array(repeating: "", count: 100_000)
        let command = Command(["sleep", "--", marker(70)], environment: environment)
        var many = command
        many.arguments = ["sh", "-c", "sleep \(marker(71)); :"] + words
        for command in [command, many] {
            let started = try await host.spawn(command)
            defer { kill(-started.pid, SIGKILL) }
            var found: ProcessEntry?
            // While the program is being executed, /proc has no environment of it.
            for _ in 0..<1000 where found == nil {
                found = try host.processes(with: "OPENSVC_LAUNCHER", within: .zero)
                    .first { $0.pid == started.pid && $0.environment.count > 0 }
                if found == nil { try await host.sleep(.milliseconds(10)) }
            }
            let entry = try #require(found)
            #expect(entry.environment.contains("OPENSVC_LAUNCHER=l"))
            #expect(entry.environment.reduce(0) { $0 + $1.utf8.count } < 10_000)
            #expect(entry.arguments.first == command.arguments.first)
            #expect(entry.arguments.count <= 1024)
        }
    }

    @Test(arguments: [Int32(0), 1, -1, -17])
    func `no signal goes to everybody, to init or to osvc's own group`(_ pid: Int32) {
        for target in [SignalTarget.process(pid), .group(pid)] where pid > -17 {
            #expect(throws: HostError.self) { try host.signal(0, to: target) }
        }
    }

    @Test func `a literal and a name of the hosts file need no name service`() async throws {
        #expect(try await host.resolve("192.0.2.1").map(\.description) == ["192.0.2.1"])
        #expect(try await host.resolve("2001:db8::1").map(\.description) == ["2001:db8::1"])
        #expect(try await !host.resolve("localhost").isEmpty)
        #expect(try await host.resolve("").isEmpty)
    }

    @Test func `a port that listens is connected to, another is not`() async throws {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        defer { close(server) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        try #require(SocketAddress.call(&address) { bind(server, $0, $1) } == 0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        try #require(
            SocketAddress.call(&address) { name, _ in getsockname(server, name, &size) } == 0
        )
        let port = Int(UInt16(bigEndian: address.sin_port))
        #expect(try await !host.connects(to: "127.0.0.1", port: port, within: .seconds(60)))
        try #require(listen(server, 1) == 0)
        #expect(try await host.connects(to: "127.0.0.1", port: port, within: .seconds(60)))
        await #expect(throws: HostError.self) {
            try await host.connects(to: "127.0.0.1", port: 70000, within: .seconds(1))
        }
    }

    @Test func `nobody answers on a link without neighbours, at once`() async throws {
        let address = try #require(IPAddress("192.0.2.1"))
        let begun = MonotonicInstant.now
        #expect(try await !host.answers(address, on: "lo", within: .seconds(600)))
        #expect(try await !host.answers(address, on: "no-such-link", within: .seconds(600)))
        #expect(begun.duration(to: .now) < .seconds(300))
        #expect(throws: HostError.self) { try host.announce(address, on: "no-such-link") }
        try host.announce(address, on: "lo")
    }
}
