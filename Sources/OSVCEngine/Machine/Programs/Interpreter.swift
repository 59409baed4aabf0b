internal import Glibc

/// Programs that run the file which one of their arguments names.
enum Interpreter {
    private static let names: Set<String> = [
        "sh", "bash", "rbash", "dash", "ash", "ksh", "mksh", "zsh", "csh", "tcsh", "fish",
        "busybox", "toybox", "perl", "python", "pypy", "ruby", "jruby", "lua", "luajit", "php",
        "tclsh", "wish", "expect", "node", "nodejs", "deno", "bun", "java", "gawk",
        "guile", "Rscript", "julia", "escript", "groovy", "mono", "dotnet",
    ]

    /// Whether a program with this file name is one: `python3.11`, `lua5.4`, `sh`.
    static func isNamed(_ name: String) -> Bool {
        names.contains(name) || names.contains(self.name(name))
    }

    /// A file name without the version: `python` of `python3.11`.
    static func name(_ name: String) -> String {
        let version = name.utf8.reversed().prefix {
            UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == UInt8(ascii: ".")
                || $0 == UInt8(ascii: "-")
        }
        return name.withoutLast(bytes: version.count)
    }

    /// What the kernel reads of a program's beginning, in bytes.
    private static let limit = 256

    /// The words of a script's first line (`#!`, execve(2)), the interpreter first; empty when it has none.
    @EngineActor
    static func words(of script: String, on host: any Host) -> [String] {
        words((try? host.fileStart(script, limit: limit)) ?? nil)
    }

    /// The interpreter of a script, if it does not exist.
    static func missing(of script: String) -> String? {
        let start = (try? FileReader.start(script, limit: limit)) ?? nil
        guard let path = words(start).first, access(path, F_OK) != 0, errno == ENOENT else {
            return nil
        }
        return path
    }

    private static func words(_ start: [UInt8]?) -> [String] {
        let line = String(
            decoding: (start ?? []).prefix { $0 != UInt8(ascii: "\n") },
            as: UTF8.self
        )
        guard line.begins("#!") else { return [] }
        return line.withoutFirst(bytes: 2).split { $0 == " " || $0 == "\t" }.map(String.init)
    }
}
