import Glibc
import OSVCEngine

occupyStandardDescriptors()
ignoreWriteSignals()
// The runtime reads them from /proc.
guard let called = CommandLine.arguments.first else {
    put("osvc: the command line cannot be read: is /proc mounted? nothing was done\n", to: 2)
    exit(Exit.unknown)
}
let arguments = Array(CommandLine.arguments.dropFirst())

// Frequent calls of scripts and cluster software do not use the command tree.
if arguments == ["--version"] {
    put("osvc \(osvcVersion)\n")
    exit(Streams.standard.exitCode(Exit.success))
}
umask(0o022)
let code = EventLoop.shared.runMain { [called, arguments] in
    await Program(calledAs: called, in: .standard()).run(arguments)
}
Streams.standard.finish()
let shown = Streams.standard.exitCode(code)
Streams.standard.finish()
exit(shown)
