import Glibc
import OSVCEngine

/// The rows of many services for `svcmon`. A node with many is looked at by several processes of osvc at
/// once, one for each processor: a process has one thread.
///
/// A part is asked for with `--rows`: the names come on standard input, a line each, and the rows go to
/// standard output in a form for programs, among the other lines that a load may write there.
@EngineActor
struct ServiceRows {
    let services: NodeServices
    let debug: Bool

    /// Fewer are looked at sooner than a process is started.
    private static let worthSplitting = 200
    private static let mostParts = 4

    /// The rows of all the services, those that are refused told and left out.
    func rows(of names: [String]) async -> [ServiceTable.Row] {
        let parts = parts(of: names)
        guard parts.count > 1, let program = Self.program else { return await here(names) }
        let others = parts.dropFirst().map { part in
            Task { @EngineActor in await elsewhere(part, program) }
        }
        // So that they have begun before this process is busy with its own part.
        await Task.yield()
        var rows = await here(parts[0])
        for (part, other) in zip(parts.dropFirst(), others) {
            if let answer = await other.value {
                rows += answer
            } else {
                // Whatever ended the other process, its services are to be shown.
                rows += await here(part)
            }
        }
        return rows
    }

    /// The part that another process asks for.
    func tell(_ names: [String]) async {
        for row in await here(names) { put(row.line + "\n") }
    }

    private func here(_ names: [String]) async -> [ServiceTable.Row] {
        var rows: [ServiceTable.Row] = []
        for name in names {
            guard let session = services.open(name) else { continue }
            session.pushIfChanged()
            rows.append(await ServiceTable.Row(session, onFrozenNode: services.isNodeFrozen))
            services.close(session)
        }
        return rows
    }

    /// The names in as many runs as there are processors; one run when it is not worth it, or when a name
    /// would not survive being a line.
    private func parts(of names: [String]) -> [[String]] {
        let processors = min(Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))), Self.mostParts)
        guard names.count >= Self.worthSplitting, processors > 1,
            names.allSatisfy({ !$0.utf8.contains { $0 < 0x20 } })
        else { return [names] }
        let size = (names.count + processors - 1) / processors
        return stride(from: 0, to: names.count, by: size).map {
            Array(names[$0..<min($0 + size, names.count)])
        }
    }

    /// The file of this program, by its own name; nil: it was renamed, and would take itself for a service.
    private static var program: String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        guard count > 0 else { return nil }
        let text = String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.hasSuffix("/osvc") ? text : nil
    }

    /// What another process found; nil: it did not come to an end. What it had to tell is told.
    private func elsewhere(_ names: [String], _ program: String) async -> [ServiceTable.Row]? {
        let command = Command(
            [program, "mon", "--rows"] + (debug ? ["--debug"] : []),
            environment: ["OSVC_ROOT": services.layout.root],
            input: Array(names.map { $0 + "\n" }.joined().utf8),
            logging: .quiet,
            outputLimit: 16 << 20
        )
        guard let result = try? await services.host.run(command), result.code == 0 else {
            return nil
        }
        put(result.errorText, to: 2)
        var rows: [ServiceTable.Row] = []
        for line in result.outputText.split(separator: "\n") {
            if let row = ServiceTable.Row(line: line) {
                rows.append(row)
            } else {
                put(line + "\n")
            }
        }
        return rows
    }
}

extension ServiceTable.Row {
    /// What begins a line that is a row.
    private static let mark = "row"

    /// The row as another process of osvc reads it.
    fileprivate var line: String {
        let statuses =
            ServiceStatus.groupNames.map { groups[$0] ?? .notApplicable }
            + [avail, overall]
        let cells =
            [Self.mark, name, type, mode] + statuses.map { "\($0.rawValue)" }
            + [isFrozen ? "1" : "0"]
        return cells.joined(separator: "\t")
    }

    /// Nil: the line is no row.
    fileprivate init?(line: Substring) {
        let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
        let names = ServiceStatus.groupNames
        guard cells.count == names.count + 7, cells[0] == Self.mark else { return nil }
        let statuses = cells[4..<(names.count + 6)].compactMap { Int($0).flatMap(Status.init) }
        guard statuses.count == names.count + 2 else { return nil }
        self.init(
            name: String(cells[1]),
            type: String(cells[2]),
            mode: String(cells[3]),
            groups: Dictionary(uniqueKeysWithValues: zip(names, statuses)),
            avail: statuses[names.count],
            overall: statuses[names.count + 1],
            isFrozen: cells[names.count + 6] == "1"
        )
    }
}
