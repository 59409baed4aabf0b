import ArgumentParser
import Glibc
import OSVCEngine

// `osvc --version` is asked by scripts and cluster software all day: it goes round the command tree.
if CommandLine.arguments.dropFirst() == ["--version"] {
    put("osvc \(osvcVersion)\n")
    exit(0)
}
exit(OSVC.run(Array(CommandLine.arguments.dropFirst())))
