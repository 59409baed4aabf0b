internal import CLua

/// One Lua interpreter: its environment, its limits, and the ways in.
///
/// Not `Sendable`: it belongs to one actor, and Swift never enters it while it is running. Errors
/// are errors of scripts; using it wrongly traps.
@safe final class LuaState {
    enum Phase {
        /// Reading files: `pairs` and `next` in sorted order, no random numbers, nothing waits.
        case load
        case run
    }

    /// What `require` finds.
    enum Module {
        /// A module made in Swift.
        case value(LuaValue)
        /// A file's text, compiled and run after the finder has returned.
        case source([UInt8], chunk: String)
    }

    let limits: LuaLimits
    let handles = LuaHandles()
    let releases = LuaReleases()
    let main: LuaStack
    private let host: UnsafeMutablePointer<osvc_host>
    private let watch: LuaWatch
    private var isRunning = false
    /// The bytes that the running call of Swift has copied; an object that it makes holds that many.
    var copied = 0
    /// The bytes that objects hold in Swift, by their handles; they count as memory of the interpreter.
    private var weights: [Int64: Int] = [:]
    private var classes: [LuaClass] = []

    /// The request of the task that has just stopped to wait.
    var request: (any LuaRequest)?
    /// Called with each line that `print` writes, and its position.
    var onPrint: (([UInt8], LuaPosition?) -> Void)?
    /// Finds a module for `require`; nil for an unknown name.
    var onRequire: ((String) throws(LuaError) -> Module?)?

    init(limits: LuaLimits = LuaLimits()) {
        let lua = unsafe Self.make(memory: limits.memory)
        self.limits = limits
        watch = LuaWatch.lend(limits.lastResort)
        unsafe main = LuaStack(lua)
        unsafe host = osvc_host_of(lua)
        open()
    }

    private static func make(memory: Int) -> OpaquePointer {
        guard let lua = unsafe osvc_new(nil, { unsafe luaEntry($0, $1, $2) }, memory) else {
            // No limit is armed yet. Real exhaustion of the machine ends the process, here as in osvc_allocate.
            preconditionFailure("the machine has memory for an interpreter")
        }
        return unsafe lua
    }

    private func open() {
        unsafe host.pointee.owner = Unmanaged.passUnretained(self).toOpaque()
        unsafe host.pointee.watch = watch.cell
        let print = handles.insert(LuaFunctionBody(Self.print))
        let find = handles.insert(LuaFunctionBody(Self.find))
        let status = unsafe osvc_open_environment(main.state, print, find)
        // It runs nothing of a script, and neither memory nor instructions are limited before the first call.
        precondition(status == LUA_OK, "the environment opens without a limit")
        unsafe osvc_watch_budgets(main.state)
    }

    /// Collects everything: `__gc` in C notes the handles, whose objects are released here.
    deinit {
        let host = unsafe osvc_close(main.state)
        unsafe osvc_free(host)
        handles.removeAll()
        watch.giveBack()
    }

    var phase: Phase = .load {
        didSet {
            unsafe osvc_set_phase(
                main.state,
                CInt(phase == .run ? OSVC_RUN : OSVC_LOAD)
            )
        }
    }

    /// Whether the last yield came from a Swift function, which left its request.
    var isOwnYield: Bool { unsafe host.pointee.yielding != 0 }

    /// The bytes in use, and the maximum so far.
    var memory: (used: Int, peak: Int) { unsafe (host.pointee.used, host.pointee.peak) }

    /// Ends the script that runs, from a signal handler or another thread.
    var interrupt: LuaInterrupt { watch.interrupt }

    private var budget: LuaLimits.Budget { phase == .load ? limits.load : limits.run }

    /// Runs `body`, which enters the interpreter: sets the budgets, starts the watch and frees what was released.
    func running<Result>(_ body: () -> Result) -> Result {
        // A function called by Lua answers with values, an error or a request; what it asks for runs after that.
        precondition(!isRunning, "Swift does not call Lua while a Lua call is in progress")
        isRunning = true
        defer { isRunning = false }
        collect()
        unsafe host.pointee.instruction_limit = Int64(budget.instructions)
        unsafe host.pointee.wall_limit = budget.wall.nanoseconds
        if let resort = limits.lastResort { watch.start(budget, resort) }
        let result = body()
        if limits.lastResort != nil { watch.stop() }
        unsafe osvc_watch_clear(watch.cell)
        collect()
        return result
    }

    /// Frees what Swift no longer refers to, and releases what Lua has collected.
    private func collect() {
        for slot in releases.take() { unsafe luaL_unref(main.state, osvc_registry(), slot) }
        releaseFreed()
    }

    /// Releases what Lua has collected.
    private func releaseFreed() {
        while case let handle = unsafe osvc_take_freed(host), handle >= 0 {
            if let weight = weights.removeValue(forKey: handle) {
                unsafe host.pointee.kept -= weight
            }
            handles.remove(handle)
        }
    }

    /// Makes room for an object that keeps `weight` bytes in Swift, which Lua does not know of when it decides
    /// to collect. If it is still too much, an error is raised when the call returns.
    func prepareObject(weight: Int) {
        if isRunning { collect() }
        let used = unsafe host.pointee.used + host.pointee.kept
        guard weight > 0, used + weight > limits.memory else { return }
        collectGarbage()
    }

    func addWeight(_ weight: Int, of handle: Int64) {
        guard weight > 0 else { return }
        weights[handle] = weight
        unsafe host.pointee.kept += weight
    }

    /// Collects all garbage now; for tests and between long waits.
    func collectGarbage() {
        collect()
        unsafe osvc_collect(main.state)
        collect()
    }

    /// For measurements: no budget ends a script any longer.
    func withoutBudget() { unsafe osvc_ignore_budgets(main.state) }

    /// For tests: refuses the `n`th allocation of the next runs, or that one and all after it.
    func failAllocation(_ n: Int, andLater: Bool) {
        unsafe host.pointee.allocations = 0
        unsafe host.pointee.fail_at = Int64(n)
        unsafe host.pointee.fail_on = andLater ? 1 : 0
    }

    /// Keeps the value at `index` of a stack. [-0, +0]
    func reference(_ stack: LuaStack, _ index: CInt) -> LuaReference {
        stack.reserve(2)
        unsafe lua_pushvalue(stack.state, index)
        return popReference(stack)
    }

    /// Keeps the value on the top. [-1, +0]
    func popReference(_ stack: LuaStack) -> LuaReference {
        let slot = unsafe luaL_ref(stack.state, osvc_registry())
        return LuaReference(slot: slot, releases: releases)
    }

    func check(_ reference: LuaReference) {
        // A session has one interpreter, and what it keeps of it is handed to no other session.
        precondition(reference.releases === releases, "a reference stays with its interpreter")
    }

    func object(_ stack: LuaStack, _ index: CInt) -> LuaObject? {
        guard let box = unsafe osvc_test_object(stack.state, index) else { return nil }
        let (handle, kind) = unsafe (box.pointee.handle, box.pointee.kind)
        guard let payload = handles[handle] else { return nil }
        return LuaObject(
            type: classes[Int(kind) - 1],
            payload: payload,
            handle: handle,
            reference: reference(stack, index)
        )
    }

    func addClass(name: String, metatable: LuaReference) -> LuaClass {
        let type = LuaClass(name: name, id: Int64(classes.count + 1), metatable: metatable)
        classes.append(type)
        return type
    }

    private static func print(_ call: LuaCall) throws(LuaError) -> LuaReply {
        unsafe call.state.onPrint?(call.stack.bytes(1), call.position)
        return .none
    }

    private static func find(_ call: LuaCall) throws(LuaError) -> LuaReply {
        guard let find = unsafe call.state.onRequire else { return .none }
        switch try find(call.text(1, "require")) {
        case nil: return .none
        case .value(let value): return .value(value)
        case .source(let source, let chunk):
            unsafe try call.state.checkSource(source, chunk)
            return .values([.string(source), .text("@" + chunk)])
        }
    }
}
