import ArgumentParser
import OSVCEngine
import OSVCLuaBridge

/// `osvc convert FILE.env`
struct Convert: EngineCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a classic service as Lua.",
        usage: "osvc convert FILE.env",
        discussion: """
            The printed service is equivalent: it was loaded and compared, as
            osvc equiv does, on every node. What a resource inherits from
            DEFAULT is written in it; comments come over; words that say
            nothing to osvc stay as comments. 'classic = true' keeps the rules
            of classic files where those of Lua differ.

            What cannot be said in Lua is an error that names it, and then
            nothing is printed.

            Example:
              osvc convert web.env > web.lua && osvc equiv web.env web.lua

            Exit codes: 0 converted, 1 not, 2 the command line is wrong.
            """
    )

    @Argument(help: "The service file.")
    var file: String

    func validate() throws {
        guard ClassicLoader.reads(file) else {
            throw ValidationError("'\(file)' is not a classic file: its name does not end in .env")
        }
    }

    func perform(_ context: ProcessContext) async -> Int32 {
        do throws(LoadError) {
            let converted = try await VerifiedConversion.convert(
                path: file,
                root: context.root,
                registry: .builtIn,
                trust: context.readingTrust
            )
            for message in converted.warnings where message.level >= .warning {
                context.console.complain("\(message)\n")
            }
            context.console.show(converted.text)
            return Exit.success
        } catch {
            context.console.complain("\(error)\n")
            return Exit.failure
        }
    }
}
