import Glibc
import OSVCEngine

/// What SIGINT and SIGTERM do to the running work of all services: the first ends actions in an orderly way,
/// and none is begun after it; a second ends osvc at once. A look is ended by the first.
@EngineActor
final class Interruptions: Interruptible {
    static let shared = Interruptions(
        listen: { signals, take throws(HostError) in
            try EventLoop.shared.handleSignals(signals) { signal, _ in take(signal) }
        },
        leave: { $0.end() }
    )

    /// How a signal ends osvc.
    enum Ending: Equatable {
        /// With this exit code.
        case exit(Int32)
        /// As it ends a program that does not handle it.
        case signal(Int32)

        fileprivate func end() -> Never {
            switch self {
            case .exit(let code): Glibc.exit(code)
            case .signal(let signal):
                raise(signal)
                Glibc.exit(128 + signal)
            }
        }
    }

    typealias Listen =
        @EngineActor (
            _ signals: [Int32],
            _ take: @escaping @EngineActor @Sendable (Int32) -> Void
        ) throws(HostError) -> Void

    private struct Work {
        let host: any Host
        let log: any Log
        /// The action; nil: a look, which leaves nothing half done.
        let action: Task<Int32, Never>?
        /// How long the programs of a look may take to end after TERM.
        var patience = Duration.milliseconds(100)
    }

    private static let signals = [SIGINT, SIGTERM]

    private var works: [Int: Work] = [:]
    private var lastNumber = 0
    private var isListening = false
    private var isEnding = false
    private let takeSignals: Listen
    /// Ends the process; returns only in tests.
    private let leave: @EngineActor (Ending) -> Void

    init(listen: @escaping Listen, leave: @escaping @EngineActor (Ending) -> Void) {
        takeSignals = listen
        self.leave = leave
    }

    func action(
        _ host: any Host,
        _ log: any Log,
        _ perform: @escaping @EngineActor @Sendable () async -> Int32
    ) async -> Int32 {
        guard !isEnding else {
            log.write(.error, "interrupted by signal: nothing was done", about: nil)
            return Exit.failure
        }
        Streams.standard.beginAction()
        Streams.standard.ignoreHangup()
        listen(log)
        let task = Task { @EngineActor in await perform() }
        let number = begin(Work(host: host, log: log, action: task))
        defer { end(number) }
        return await task.value
    }

    func look<Seen>(
        _ host: any Host,
        _ log: any Log,
        hasParts: Bool,
        _ look: @EngineActor () async -> Seen
    ) async -> Seen {
        listen(log)
        var work = Work(host: host, log: log, action: nil)
        if hasParts { work.patience = .seconds(1) }
        let number = begin(work)
        defer { end(number) }
        return await look()
    }

    private func begin(_ work: Work) -> Int {
        lastNumber += 1
        works[lastNumber] = work
        Streams.standard.hold()
        return lastNumber
    }

    /// When nothing runs, a signal ends osvc like any program, even while it waits for a pipe.
    private func end(_ number: Int) {
        works[number] = nil
        if works.isEmpty { mask(SIG_UNBLOCK) }
        Streams.standard.release()
    }

    // MARK: Signals

    private func listen(_ log: any Log) {
        guard !isListening else {
            mask(SIG_BLOCK)
            return
        }
        do {
            try takeSignals(Self.signals) { self.take($0) }
            isListening = true
        } catch {
            log.write(.warning, "signals will end osvc at once: \(error)", about: nil)
        }
    }

    private func take(_ signal: Int32) {
        let actions = works.values.compactMap(\.action)
        if actions.isEmpty { return endLooks(signal) }
        if isEnding { return endAtOnce() }
        isEnding = true
        for work in works.values { (work.log as? ConsoleLog)?.isEnding = true }
        for action in actions { action.cancel() }
    }

    private func endAtOnce() {
        for work in works.values { work.host.killAll() }
        for work in works.values {
            (work.log as? ConsoleLog)?.showHeld()
            work.log.write(.error, "ended at once by a second signal; see print status", about: nil)
        }
        leave(.exit(Exit.killed))
    }

    /// What was asked is ended first.
    private func endLooks(_ signal: Int32) {
        for work in works.values { work.log.waiting(for: nil) }
        for work in works.values { work.host.endAll() }
        for work in works.values {
            work.host.awaitAll(within: work.patience)
            work.host.killAll()
        }
        mask(SIG_UNBLOCK)
        leave(.signal(signal))
    }

    private func mask(_ how: Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in Self.signals { sigaddset(&set, signal) }
        pthread_sigmask(how, &set, nil)
    }
}
