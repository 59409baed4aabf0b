/// Reports that a wait takes long: at once on a terminal, every minute in the log.
@EngineActor
struct Waiting {
    private let log: any Log
    private let ticker: Task<Void, Never>

    init(for what: String, _ log: any Log) {
        self.log = log
        log.waiting(for: what)
        ticker = Task { @EngineActor in
            var minutes = 0
            // A cancelled sleep ends the loop: `end` cancels it.
            while (try? await EventLoop.shared.sleep(for: .seconds(60))) != nil {
                minutes += 1
                log.write(.info, "still waiting: \(what) (\(minutes * 60) s)", about: nil)
            }
        }
    }

    func end() {
        ticker.cancel()
        log.waiting(for: nil)
    }
}
