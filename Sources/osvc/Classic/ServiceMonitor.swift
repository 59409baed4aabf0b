import Glibc
import OSVCEngine

/// `svcmon`: the table of all services of the node, or the tree of each (classic-status.md section 7).
enum ServiceMonitor {
    @EngineActor
    static func run(
        program: String,
        _ arguments: [String],
        _ context: ProcessContext
    ) async -> Int32 {
        let console = context.console
        let usage = ClassicUsage(program: program, takesAction: false)
        do throws(ClassicOptions.Problem) {
            let options = try ClassicOptions(arguments, options: ClassicOptions.Option.svcmon)
            if options.help {
                console.show(usage.text(actions: [], options: ClassicOptions.Option.svcmon))
                return Exit.success
            }
            if options.version {
                console.show("\(usage.name) \(osvcVersion)\n")
                return Exit.success
            }
            guard options.words.isEmpty else {
                throw .init(text: "no words are taken: '\(options.words.joined(separator: " "))'")
            }
            if ClassicCommand.isTree(program) {
                if options.updateDatabase, context.user != 0 {
                    return context.refuseToOrdinaryUser()
                }
            } else if !ClassicCommand.hasPrivileges([program] + arguments, context) {
                return Exit.failure
            }
            return await show(options, context.ofNode)
        } catch {
            console.complain(usage.complaint(error.text))
            return Exit.usage
        }
    }

    @EngineActor
    private static func show(
        _ options: ClassicOptions,
        _ context: ProcessContext
    ) async -> Int32 {
        do throws(SessionError) {
            let services = try NodeServices(context, debug: options.debug)
            // Who does not read must not keep the others from the lock.
            if options.updateDatabase { Streams.standard.hold() }
            defer { if options.updateDatabase { Streams.standard.release() } }
            let lock = options.updateDatabase ? try await StampLock.take(services) : nil
            defer { lock?.release() }
            context.leaveDirectory()
            let rows = ServiceRows(services: services, debug: options.debug)
            if options.rows {
                await rows.tell(
                    context.input().split(separator: "\n").map(String.init),
                    asTrees: options.verbose
                )
                return Exit.success
            }
            let wanted = Set(options.services.map(PathKey.init))
            let names = try services.names()
                .filter { wanted.isEmpty || wanted.contains(PathKey($0)) }
            let lacksSome = services.tellStrangers(among: options.services.distinctByBytes())
            let isWhole: Bool
            if options.verbose {
                isWhole = await rows.showTrees(of: names)
            } else {
                let table = ServiceTable(rows: await rows.rows(of: names))
                context.console.show(table.text)
                isWhole = table.isWhole
            }
            return isWhole && !lacksSome ? Exit.success : Exit.failure
        } catch {
            error.tellDiagnostics(context.console)
            return Exit.failure
        }
    }
}

/// The lock for refreshing the stamps of all services, so that two processes do not do it twice.
@EngineActor
private enum StampLock {
    static func take(_ services: NodeServices) async throws(SessionError) -> ServiceLock {
        do throws(StateError) {
            return try await ServiceLock.take(
                .stamps,
                for: "svcmon --updatedb",
                in: services.layout,
                within: .seconds(30),
                host: services.host,
                waiting: { _ in }
            )
        } catch {
            throw .state(error)
        }
    }
}

/// The rows of `svcmon`. The first column is as wide as the longest name, the others are fixed.
struct ServiceTable {
    struct Row {
        var name: String
        var type: String
        var mode: String
        var groups: [StatusGroup: Status]
        var avail: Status
        var overall: Status
        var isFrozen: Bool
        /// Why the service cannot be loaded or asked; nil: it was.
        var problem: String?

        @EngineActor
        init(_ session: ServiceSession, onFrozenNode: Bool) async {
            let status = await session.requests.observe()
            name = session.service.name
            type = session.service.field("service_type") ?? ""
            mode = session.service.field("mode") ?? ""
            groups = status.groups
            avail = status.avail
            overall = status.overall
            isFrozen = onFrozenNode || session.requests.isFrozenAlone
        }

        init(
            name: String,
            type: String,
            mode: String,
            groups: [StatusGroup: Status],
            avail: Status,
            overall: Status,
            isFrozen: Bool
        ) {
            self.name = name
            self.type = type
            self.mode = mode
            self.groups = groups
            self.avail = avail
            self.overall = overall
            self.isFrozen = isFrozen
        }

        /// The row of a service that cannot be loaded or asked.
        init(of name: String, problem: String) {
            self.init(
                name: name,
                type: "-",
                mode: "-",
                groups: [:],
                avail: .undefined,
                overall: .undefined,
                isFrozen: false
            )
            self.problem = problem
        }

        fileprivate var cells: [String] {
            if let problem {
                let unknown = Array(repeating: Status.undefined.description, count: 10)
                return [name, type, mode] + unknown + ["-", problem]
            }
            let order: [StatusGroup] = [.container, .ip, .disk, .fs, .share, .app, .hb, .sync]
            let shown = order.map { (groups[$0] ?? .notApplicable).description }
            return [name, type, mode] + shown
                + [avail.description, overall.description, isFrozen ? "True" : "False"]
        }
    }

    let rows: [Row]

    /// Whether every service could be loaded and asked.
    var isWhole: Bool { rows.allSatisfy { $0.problem == nil } }

    private static let widths = [7, 9, 9, 9, 10, 10, 10, 10, 9, 9, 10, 10, 6]
    private static let head = [
        [
            "service", "service", "container", "container", "ip", "disk", "fs", "share", "app",
            "hb", "sync", "avail", "overall", "",
        ],
        ["name", "type", "type"] + Array(repeating: "status", count: 10) + ["frozen"],
        [
            "-------", "-------", "---------", "---------", "------", "------", "------", "------",
            "------", "------", "------", "------", "-------", "------",
        ],
    ]

    var text: String {
        let longest = rows.map { Self.width(of: $0.name) }.max() ?? 0
        // The last column has no width.
        let widths = [max(7, longest)] + Self.widths + [0]
        var text: [UInt8] = []
        for cells in Self.head + rows.map(\.cells) {
            var end = text.count
            for (cell, width) in zip(cells, widths) {
                text += cell.utf8
                if !cell.isEmpty { end = text.count }
                let blanks = max(0, width - Self.width(of: cell)) + 1
                text.append(contentsOf: repeatElement(UInt8(ascii: " "), count: blanks))
            }
            text.removeSubrange(end...)
            text.append(UInt8(ascii: "\n"))
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// In characters; for most texts that is the number of bytes.
    private static func width(of text: String) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.count
    }
}
