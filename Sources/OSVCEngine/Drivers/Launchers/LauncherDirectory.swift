/// The directory of a service's own launchers, `<root>/etc/<service>.d`: its entries `S…` are run with
/// `start`, `K…` with `stop`, `C…` with `status`, in the order of their bytes
/// (classic-resources.md section 5). `S….lua` is a launcher in the language of scripts, with all its
/// actions; its fields `K` and `C` say the other places, so there is no `K….lua` or `C….lua`.
///
/// It is usually a link into a file system of the service, so it is read each time it is looked at; while
/// the link dangles the directory counts as missing.
public struct LauncherDirectory: Sendable, Equatable {
    public let path: String
    /// Whether a plain directory is refused: one that is not on the service's storage stays behind when
    /// the service moves.
    let mustBeLink: Bool
    /// Whether a missing directory is reported. A Lua service need not have one.
    let isExpected: Bool
    private let layout: Layout

    /// The directory of a service, or the one that the keyword `dir` names.
    init(of service: ServiceFacts, written: String?) {
        layout = Layout(root: service.root)
        path = written ?? layout.launcherLink(of: service.name)
        mustBeLink = written == nil
        isExpected = written != nil || service.isClassic
    }

    /// What one look at the directory found.
    public struct Contents: Sendable, Equatable {
        public enum Condition: Sendable, Equatable {
            case present
            /// Nothing is there, and nobody expects it.
            case absent
            /// Nothing is there, or a link to nothing.
            case missing
            /// A plain directory where only a link is taken. A status is asked of it nevertheless.
            case notLink
            case unreadable(String)
        }

        public var condition: Condition
        /// By the bytes of their names.
        public var entries: [Entry]
        /// The launchers that are links to nothing, each with its target. They are passed over.
        public var dangling: [Dangling] = []

        public init(_ condition: Condition, _ entries: [Entry] = []) {
            self.condition = condition
            self.entries = entries
        }
    }

    /// A link that leads nowhere.
    public struct Dangling: Sendable, Equatable {
        /// The path of the link.
        public var path: String
        /// Where it leads, from `/`.
        public var target: String

        var problem: String {
            "\(path) is not run: it leads to \(target), which does not exist"
        }
    }

    /// One launcher: a program or a link to one.
    public struct Entry: Sendable, Equatable {
        /// `S10web`.
        public var name: String
        public var path: String
        /// Why it is not run, and how to mend that.
        public var problem: String?
        /// Whether it is to be made executable before it is run: of several links to one program, the first.
        public var lacksExecuteBit: Bool

        public init(
            name: String,
            path: String,
            problem: String? = nil,
            lacksExecuteBit: Bool = false
        ) {
            self.name = name
            self.path = path
            self.problem = problem
            self.lacksExecuteBit = lacksExecuteBit
        }

        /// The action that the first letter stands for; nil: not a launcher.
        public var action: LauncherAction? { LauncherAction(letterOf: name) }

        /// Whether it is a launcher in the language of scripts, with all its actions.
        public var isScript: Bool { name.ends(".lua") }

        /// The digits behind the letter, two at most; 0 without.
        var number: Int {
            Int(name.dropFirst().prefix { $0.isASCII && $0.isNumber }.prefix(2)) ?? 0
        }
    }

    /// Reads the directory. Entries that dangle have vanished and are passed over.
    @EngineActor
    func read(_ host: any Host, for purpose: Purpose) -> Contents {
        do throws(HostError) {
            guard let names = try host.directory(path) else {
                if isExpected { return Contents(.missing) }
                // A status says the same of both, and is asked all day long.
                guard purpose != .status else { return Contents(.absent) }
                let target = try host.readLink(path)
                return Contents(target == nil ? .absent : .missing)
            }
            let target = mustBeLink ? try host.readLink(path) : path
            let trust = LauncherTrust(host, in: layout)
            let launchers = names.filter { LauncherAction(letterOf: $0) != nil }
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            var entries: [Entry] = []
            var mended: Set<String> = []
            var dangling: [Dangling] = []
            for name in launchers {
                if let entry = try entry(name, host, trust, &mended) {
                    entries.append(entry)
                } else if let target = try host.readLink("\(path)/\(name)") {
                    let place = target.isAbsolutePath ? target : "\(path)/\(target)"
                    dangling.append(Dangling(path: "\(path)/\(name)", target: place))
                }
            }
            var contents = Contents(target == nil ? .notLink : .present, entries)
            contents.dangling = dangling
            return contents
        } catch {
            return Contents(.unreadable(error.description))
        }
    }

    /// `mended` are the programs that entries before it make executable, by the letter of their action.
    @EngineActor
    private func entry(
        _ name: String,
        _ host: any Host,
        _ trust: LauncherTrust,
        _ mended: inout Set<String>
    ) throws(HostError) -> Entry? {
        let path = "\(path)/\(name)"
        guard let info = try host.fileInfo(path), let real = host.realPath(path) else { return nil }
        var entry = Entry(name: name, path: path)
        entry.problem = try trust.problem(of: path, at: real, info)
        if !entry.isScript {
            entry.lacksExecuteBit =
                !info.isExecutable(by: host.userID)
                && mended.insert("\(name.prefix(1))\(real)").inserted
        } else if entry.action != .start {
            entry.problem =
                "\(path) is not run: a launcher in Lua is one file, S\(name.dropFirst()), whose"
                + " fields K and C give its other places"
        }
        return entry
    }
}

extension LauncherDirectory.Contents.Condition {
    /// What a start or stop says of it.
    ///
    /// A plain directory is passed over in classic services, as the classic release does; in others a start
    /// that would run none of its launchers fails.
    func steps(_ action: LauncherAction, _ path: String, isClassic: Bool) -> [Step] {
        switch self {
        case .present, .absent: []
        case .missing where action == .stop:
            [.note(.info, "\(path) is not present, perhaps already stopped")]
        case .missing: [.note(.error, "\(path) is not present")]
        case .notLink where action == .start && !isClassic:
            [.fail(Self.notLink(path))]
        case .notLink: [.note(.error, "\(path) is not a link")]
        case .unreadable(let problem): [.fail(problem)]
        }
    }
}

extension LauncherDirectory.Contents.Condition {
    /// What is wrong with a plain directory, and what to do.
    static func notLink(_ path: String) -> String {
        let stem = path.withoutLast(bytes: path.ends(".d") ? 2 : 0)
        let (word, real) = (ShellWord.quoted(path), ShellWord.quoted("\(stem).dir"))
        return
            "\(path) is not a link, so its launchers are not run: mv \(word) \(real) && ln -s \(real) \(word),"
            + " or name it in the keyword dir of app"
    }
}

extension LauncherDirectory.Entry {
    /// `nodes` of `S10web.standby@nodes`: where it is started though the service stays down.
    var standbyWord: String? {
        let mark = ".standby@"
        var rest = name[...]
        while let dot = rest.firstIndex(of: ".") {
            rest = rest[dot...]
            if rest.hasPrefix(mark) { return String(rest.dropFirst(mark.count)) }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// The entry as a launcher of one action. It gets what every program of the service gets in its
    /// environment, nothing more.
    func launcher(
        limit: Duration?,
        onError: Launcher.OnError,
        directory: String = "/"
    ) -> Launcher? {
        guard let action, !isScript else { return nil }
        return Launcher(
            name: name,
            startOrder: action == .start ? number : nil,
            stopOrder: action == .stop ? number : nil,
            statusOrder: action == .status ? number : nil,
            methods: [action: .program([path, action.rawValue])],
            limits: limit.map { [action: $0] } ?? [:],
            directory: directory,
            onError: onError,
            isEntry: true,
            position: SourcePosition(file: path, line: 1)
        )
    }
}

extension LauncherAction {
    /// The action of a launcher's name in a directory; nil: not a launcher.
    init?(letterOf name: String) {
        switch name.utf8.first {
        case UInt8(ascii: "S"): self = .start
        case UInt8(ascii: "K"): self = .stop
        case UInt8(ascii: "C"): self = .status
        default: return nil
        }
    }
}

extension FileInfo {
    /// As `test -x` answers, leaving groups aside: root may run what anyone may.
    fileprivate func isExecutable(by user: UInt32) -> Bool {
        if user == 0 { return mode & 0o111 != 0 }
        return mode & (owner == user ? 0o100 : 0o011) != 0
    }
}
