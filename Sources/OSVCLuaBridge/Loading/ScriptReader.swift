internal import OSVCEngine

/// Reads and runs files in the interpreter of a load.
@EngineActor
final class ScriptReader {
    let loading: Loading
    private var lines = BoundedLines()
    private var module: LuaValue?

    init(_ loading: Loading) {
        self.loading = loading
        loading.state.onRequire = { [unowned self] name throws(LuaError) in try find(name) }
        loading.state.onPrint = { [unowned self] bytes, _ in
            lines.append(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// The lines that the files wrote with `print`.
    var printed: [String] { lines.all }

    /// Runs a file and takes the value that it returns; nil after a problem, which is then recorded.
    ///
    /// `isOwn`: it is the service's own file.
    func read<Draft>(_ name: String, returning what: String, isOwn: Bool = false) -> Draft? {
        let start = SourcePosition(file: name, line: 0)
        let file: ScriptFiles.File
        do throws(TrustError) {
            file = try isOwn ? loading.files.readOwn(name) : loading.files.read(name)
        } catch {
            let path = ScriptFiles.absolute(name)
            loading.report(error.sentence(about: path), at: start)
            return nil
        }
        guard checkIsText(file, at: start) else { return nil }
        do throws(LuaError) {
            let chunk = try loading.state.load(file.bytes, chunk: name)
            let results = try loading.state.call(chunk)
            return take(results, from: name, what)
        } catch {
            loading.report(error, in: name)
            return nil
        }
    }

    private func take<Draft>(
        _ results: [LuaValue],
        from name: String,
        _ what: String
    ) -> Draft? {
        if case .object(let object)? = results.first, results.count == 1,
            let draft = object.payload as? Boxed<Draft>
        {
            return draft.value
        }
        let found = results.first.map(\.noun) ?? "nothing"
        loading.report(
            "returns \(found) where 'return \(what) \"name\" {…}' is expected",
            at: SourcePosition(file: name, line: 0)
        )
        return nil
    }

    private func checkIsText(_ file: ScriptFiles.File, at start: SourcePosition) -> Bool {
        if file.bytes.isEmpty {
            loading.report("the file is empty", at: start)
        } else if file.bytes.contains(0) || file.bytes.first == 0x1B {
            loading.report("the file is not text", at: start)
        } else {
            return true
        }
        return false
    }

    private func find(_ name: String) throws(LuaError) -> LuaState.Module? {
        if name == "osvc.v1" {
            let module = module ?? ModuleFunction.module(loading)
            self.module = module
            return .value(module)
        }
        guard !ModuleFunction.laterModules.contains(name) else {
            throw LuaError(.lua, "\(name) is not supported by this release")
        }
        let found: ScriptFiles.File?
        do throws(TrustError) {
            found = try loading.files.module(name)
        } catch {
            throw LuaError(.lua, error.description)
        }
        guard let file = found else {
            throw LuaError(.lua, "no module '\(name)' in \(loading.files.searched)")
        }
        guard !file.bytes.contains(0) else {
            throw LuaError(.lua, "\(file.name): the file is not text")
        }
        return .source(file.bytes, chunk: file.name)
    }
}
