internal import CLua
internal import OSVCEngine

/// A timer that ends a script stuck inside one call, and a flag that any thread or signal
/// handler may set to end it.
///
/// The memory and the timer are made once and lent to one interpreter after another, never
/// freed: a late signal may still name them.
@safe struct LuaWatch: @unchecked Sendable {
    let cell: UnsafeMutablePointer<osvc_watch>

    private static let idle = Locked<[LuaWatch]>([])

    /// A watch for one interpreter. Without a timer, when the system has none left, only the
    /// count hook ends scripts.
    static func lend(_ resort: LuaLimits.LastResort?) -> LuaWatch {
        let watch = idle.withLock { $0.popLast() } ?? LuaWatch()
        unsafe osvc_watch_clear(watch.cell)
        guard let resort else { return watch }
        unsafe osvc_watch_prepare(watch.cell, resort.exitCode, resort.message)
        return watch
    }

    func giveBack() {
        Self.idle.withLock { $0.append(self) }
    }

    private init() {
        unsafe cell = .allocate(capacity: 1)
        unsafe cell.initialize(to: osvc_watch())
        unsafe osvc_watch_open(cell)
    }

    func start(_ budget: LuaLimits.Budget, _ resort: LuaLimits.LastResort) {
        unsafe osvc_watch_start(cell, budget.wall.nanoseconds, resort.grace.nanoseconds)
    }

    func stop() { unsafe osvc_watch_stop(cell) }
}

/// Ends the script that runs now with `killed`; may be used from a signal handler.
struct LuaInterrupt: Sendable {
    fileprivate let watch: LuaWatch

    func callAsFunction() { unsafe osvc_watch_interrupt(watch.cell) }
}

extension LuaWatch {
    var interrupt: LuaInterrupt { LuaInterrupt(watch: self) }
}

extension Duration {
    /// Whole nanoseconds; the largest number for what does not fit.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : product + attoseconds / 1_000_000_000
    }
}
