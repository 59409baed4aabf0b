import Glibc
import OSVCEngine

occupyStandardDescriptors()
let arguments = Array(CommandLine.arguments.dropFirst())

// What scripts and cluster software ask all day goes round the command tree.
if arguments == ["--version"] {
    put("osvc \(osvcVersion)\n")
    exit(OutputFailure.code(Exit.success))
}
umask(0o022)
let code = Program(calledAs: CommandLine.arguments.first ?? "osvc").run(arguments)
exit(OutputFailure.code(code))
