import Glibc
import OSVCEngine
import OSVCLuaBridge

/// What osvc takes from its process and its caller.
enum Environment {
    /// The root of osvc's own files: OSVC_ROOT, else where this program was installed, else /opt/opensvc;
    /// for an ordinary user $XDG_STATE_HOME/osvc, else ~/.local/state/osvc.
    static var root: String { root(for: geteuid()) }

    /// The root for a user; that of root is the node's.
    static func root(for user: uid_t) -> String { root(for: user, variable) }

    /// Absolute, whatever the variables say.
    static func root(for user: uid_t, _ variable: (String) -> String?) -> String {
        if let root = variable("OSVC_ROOT") { return absolute(root) }
        guard user != 0 else { return installation() ?? "/opt/opensvc" }
        if let state = variable("XDG_STATE_HOME") { return absolute(state) + "/osvc" }
        return absolute(variable("HOME") ?? "/nonexistent") + "/.local/state/osvc"
    }

    /// `bin/..` of the program, as in the classic release (classic-actions.md section 1), when it is installed
    /// there: it is named `svcmgr`, and the directories of the release are beside `bin`. Nil: it is only stored
    /// somewhere, as in `/usr/bin`.
    static func installation(of program: String = "/proc/self/exe") -> String? {
        guard let path = realPath(program) else { return nil }
        let folder = path.pathParts.dropLast()
        guard folder.last == "bin" else { return nil }
        let root = folder.dropLast().map { "/\($0)" }.joined()
        guard !root.isEmpty, realPath(Layout(root: root).program)?.isSame(path) == true else {
            return nil
        }
        let isWhole = ["etc", "log", "tmp", "var"].allSatisfy { realPath("\(root)/\($0)/.") != nil }
        return isWhole ? root : nil
    }

    /// The path with links resolved; nil: nothing exists there.
    static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The path of the program that was called by a name, from PATH: sudo has another PATH.
    static func path(ofProgram called: String) -> String {
        guard !called.hasSlash else { return called }
        let folders = (variable("PATH") ?? "").split(separator: ":")
        let paths = folders.lazy.map { "\($0)/\(called)" }
        return paths.first { access($0, X_OK) == 0 } ?? called
    }

    /// The name of this node, in lower case as in service files.
    static var nodeName: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "localhost" }
        return withUnsafeBytes(of: &name.nodename) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self).lowercased()
        }
    }

    /// The directory in which osvc was called; `/` when it no longer exists.
    static let directory: String = {
        guard let here = getcwd(nil, 0) else { return "/" }
        defer { free(here) }
        let path = String(cString: here)
        return path.isAbsolutePath ? path : "/"
    }()

    /// Leaves the directory: osvc must not keep a file system busy that it is to unmount.
    static func leaveDirectory() {
        _ = directory
        _ = chdir("/")
    }

    /// The path from `/`, not following links.
    static func absolute(_ path: String) -> String {
        guard !path.isAbsolutePath else { return path }
        let path = path.begins("./") ? path.withoutFirst(bytes: 2) : path
        return "\(directory == "/" ? "" : directory)/\(path)"
    }

    private static func variable(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    /// The command that calls this program as `svcmon`, by its own file; nil: it was renamed, and would treat
    /// itself as a service.
    static var monitorProgram: [String]? {
        guard let path = realPath("/proc/self/exe") else { return nil }
        if path.hasSuffix("/osvc") { return [path, "mon"] }
        let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
        let monitor = "\(folder)/svcmon"
        return realPath(monitor) == path ? [monitor] : nil
    }
}
