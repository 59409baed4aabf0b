/// Functions that must be Lua because they wait between calls of a script's function. Tracebacks do not show
/// their frames, and their calls count as the script's.
extension LuaState {
    private static let waitUntil = """
        local begin, again = ...
        return function(ctx, what, options, fn)
          local wait = begin(ctx, what, options, fn)
          while true do
            local value = fn()
            if value then return value end
            if not again(ctx, wait) then return true end
          end
        end
        """

    /// `wait_until(ctx, what, options, fn)`: calls `fn` until it gives something true.
    ///
    /// `begin(ctx, what, options, fn)` checks the arguments, without waiting, and answers a value
    /// for `again`. `again(ctx, value)` waits for the time between two tries and answers true,
    /// raises `timeout`, or answers false to assume success, as a plan does.
    func makeWaitUntil(
        begin: LuaReference,
        again: LuaReference
    ) throws(LuaError) -> LuaReference {
        let chunk = try load(Array(Self.waitUntil.utf8), named: "=[osvc]")
        let results = try call(chunk, [.function(begin), .function(again)])
        return try (results.first ?? .nil).function("the prelude")
    }
}
