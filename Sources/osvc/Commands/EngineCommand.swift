import ArgumentParser
import OSVCEngine

/// A command of the tree that runs on the event loop.
protocol EngineCommand: ParsableCommand, Sendable {
    /// Reports what it does and what fails; returns the exit code.
    @EngineActor
    func perform(_ context: ProcessContext) async -> Int32
}
