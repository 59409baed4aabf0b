import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

@EngineActor
struct LockTests {
    private let directory = TemporaryDirectory()
    private var layout: Layout { Layout(root: directory.path) }

    private func take(
        _ service: String = "web",
        spoiled: ((StateError) -> Void)? = nil
    ) async throws -> ServiceLock {
        try await ServiceLock.take(
            service,
            for: "stop",
            in: layout,
            within: .zero,
            host: FakeHost(),
            spoiled: spoiled
        ) { _ in }
    }

    /// Something in the place of the lock file, or of what leads to it.
    enum Obstacle: String, CaseIterable {
        case directory, fullDirectory, link, linkToNothing, socket, fifo, hardLink
        case foldersFile, foldersLinkToNothing, rootsFile
    }

    private func lay(_ obstacle: Obstacle) {
        let path = directory.path
        mkdir("\(path)/var", 0o755)
        switch obstacle {
        case .foldersFile: directory.write("", to: "var/lock")
        case .foldersLinkToNothing: symlink("/nowhere/at/all", "\(path)/var/lock")
        case .rootsFile:
            rmdir("\(path)/var")
            directory.write("", to: "var")
        default: mkdir("\(path)/var/lock", 0o755)
        }
        let file = "\(path)/var/lock/web"
        switch obstacle {
        case .directory: mkdir(file, 0o755)
        case .fullDirectory:
            mkdir(file, 0o755)
            mkdir("\(file)/x", 0o755)
        case .link:
            directory.write("", to: "other")
            symlink("\(path)/other", file)
        case .linkToNothing: symlink("nothing", file)
        case .socket: mknod(file, S_IFSOCK | 0o644, 0)
        case .fifo: mkfifo(file, 0o644)
        case .hardLink:
            directory.write("precious", to: "other")
            Glibc.link("\(path)/other", file)
        default: break
        }
    }

    private func mend(_ obstacle: Obstacle) -> String {
        let path = directory.path
        return switch obstacle {
        case .directory: "rmdir \(path)/var/lock/web"
        case .fullDirectory: "mv \(path)/var/lock/web \(path)/var/lock/web.old"
        case .link, .linkToNothing, .socket, .fifo, .hardLink: "rm \(path)/var/lock/web"
        case .foldersFile: "mv \(path)/var/lock \(path)/var/lock.old"
        case .foldersLinkToNothing: "rm \(path)/var/lock"
        case .rootsFile: "mv \(path)/var \(path)/var.old"
        }
    }

    @Test(arguments: Obstacle.allCases)
    func `what must be possible locks something else and names what mends the file`(
        _ obstacle: Obstacle
    ) async throws {
        lay(obstacle)
        var told: [String] = []
        let lock = try await take { told.append($0.description) }
        #expect(told.count == 1)
        #expect(told.first?.hasSuffix("; mend it: \(mend(obstacle))") == true, "\(told)")
        await #expect(throws: StateError.locked(service: "web", holder: nil)) {
            _ = try await take { _ in }
        }
        lock.release()
        try await take { _ in }.release()
    }

    @Test(arguments: Obstacle.allCases)
    func `anything else is refused with the command that mends the file`(
        _ obstacle: Obstacle
    ) async throws {
        lay(obstacle)
        let error = await #expect(throws: StateError.self) { _ = try await take() }
        #expect(error?.description.hasSuffix("; mend it: \(mend(obstacle))") == true)
        #expect(ServiceLock.holder(of: "web", in: layout) == nil)
    }

    @Test(arguments: Obstacle.allCases)
    func `the command that is named mends the file`(_ obstacle: Obstacle) async throws {
        lay(obstacle)
        #expect(system(mend(obstacle)) == 0)
        try await take().release()
    }

    @Test func `another's file is not written by its second name`() async throws {
        lay(.hardLink)
        try await take { _ in }.release()
        #expect(directory.text("other") == "precious")
    }

    @Test(.enabled(if: getuid() == 0, "only root makes devices"))
    func `a device in the place of the lock is not opened`() async throws {
        let file = "\(directory.path)/var/lock/web"
        mkdir("\(directory.path)/var", 0o755)
        mkdir("\(directory.path)/var/lock", 0o755)
        // No driver has it: who opens it fails with an error of its own.
        try #require(mknod(file, S_IFCHR | 0o666, 250 << 8 | 250) == 0)
        let error = await #expect(throws: StateError.self) { _ = try await take() }
        #expect(error?.description == "\(file) is not a file; mend it: rm \(file)")
    }

    @Test func `only its owner can open the file of a lock, and so hold it`() async throws {
        let file = "\(directory.path)/var/lock/web"
        mkdir("\(directory.path)/var", 0o755)
        mkdir("\(directory.path)/var/lock", 0o755)
        directory.write("", to: "var/lock/web")
        chmod(file, 0o644)
        for _ in 0..<2 {
            try await take().release()
            var info = stat()
            #expect(stat(file, &info) == 0 && info.st_mode & 0o777 == 0o600)
            unlink(file)
        }
    }

    @Test(arguments: NodeLock.allCases)
    func `a service named like a lock of the node does not wait for itself`(
        _ node: NodeLock
    ) async throws {
        let lock = try await take(node.rawValue)
        let other = try await ServiceLock.take(
            node,
            for: "web start",
            in: layout,
            within: .zero,
            host: FakeHost()
        ) { _ in }
        other.release()
        lock.release()
    }

    @Test func `whatever a service is called none of its paths is that of another thing`() {
        let words = ["web", "lock", "sync", "FROZEN", "push", "journal", "all", "state.json"]
        let odd = NodeLock.allCases.map(\.rawValue)
        var names = Set(words + odd + ["startvg", "x.pid", "last_node"])
        for word in names {
            names.formUnion(["FROZEN.\(word)", "\(word).push", "FROZEN.\(word).push"])
        }
        var owners: [String: String] = [
            layout.frozenNodeFlag: "node", "\(layout.root)/var/lock": "node",
            "\(layout.root)/var/sync": "node",
        ]
        for lock in NodeLock.allCases { owners[layout.lock(lock)] = "node" }
        for name in names {
            let paths = [
                "state": layout.state(of: name), "stamp": layout.pushStamp(of: name),
                "lock": layout.lock(of: name), "flag": layout.frozenFlag(of: name),
                "log": layout.log(of: name),
            ]
            for (what, path) in paths {
                let owner = owners.updateValue("\(what) of \(name)", forKey: path)
                #expect(owner == nil, "\(path) is \(owner ?? "") and the \(what) of \(name)")
            }
        }
        // No file is in the way of a directory; below a state are its own files.
        let folders = Set(names.map { layout.state(of: $0) })
        for (path, owner) in owners {
            let above = path.split(separator: "/").indices.dropFirst().map { index in
                "/" + path.split(separator: "/")[..<index].joined(separator: "/")
            }
            #expect(folders.isDisjoint(with: above), "\(path), \(owner)")
        }
    }

    @Test func `other names keep the paths they always had`() {
        for name in ["web", "svc1.prod", "FROZENx", "lock2", "startvg", "push"] {
            #expect(layout.state(of: name) == "\(directory.path)/var/\(name)")
            #expect(layout.lock(of: name) == "\(directory.path)/var/lock/\(name)")
            #expect(layout.pushStamp(of: name) == "\(directory.path)/var/\(name).push")
        }
        #expect(layout.lock(.startip) == "\(directory.path)/var/lock/startip")
    }
}
