/// What a script may use. A service may set lower limits, and never higher ones than the site.
struct LuaLimits: Sendable, Equatable {
    /// How long code may run before it ends or waits.
    struct Budget: Sendable, Equatable {
        var instructions: Int
        var wall: Duration
    }

    /// Bytes of the interpreter's own memory, and of what Swift keeps for the objects that it holds.
    var memory = 64 << 20
    /// For reading a file and the modules that it requires.
    var load = Budget(instructions: 50_000_000, wall: .seconds(2))
    /// For a task, between two waits.
    var run = Budget(instructions: 100_000_000, wall: .seconds(5))
    /// The maximum nesting of a table that is copied to Swift; it also stops at a cycle.
    var depth = 32
    /// Values in one table copied to Swift.
    var nodes = 100_000
    /// Bytes of the strings that one call copies to Swift.
    var text = 16 << 20
    /// Bytes of one file.
    var source = 1 << 20
    /// What ends the process when its interpreter does not return from a call; nil: nothing does.
    var lastResort: LastResort? = LastResort()

    /// A line for standard error, and an exit code, `grace` after the wall budget is spent.
    struct LastResort: Sendable, Equatable {
        var grace = Duration.seconds(10)
        var exitCode: Int32 = 1
        var message = "osvc: a script does not return from a call that cannot be stopped"
    }
}
