import Glibc
import OSVCEngine

let arguments = Array(CommandLine.arguments.dropFirst())

// What scripts and cluster software ask all day goes round the command tree.
if arguments == ["--version"] {
    put("osvc \(osvcVersion)\n")
    exit(0)
}
umask(0o022)
let code = Program(calledAs: CommandLine.arguments.first ?? "osvc").run(arguments)
exit(OutputFailure.code(code))
