import OSVCEngine

extension RequestRunner {
    /// Prints when the service file was changed: seconds since 1970, with hundredths, as in the classic release.
    func showModified() -> Int32 {
        do throws(HostError) {
            guard let path = service.definition.files.first, let info = try host.fileInfo(path)
            else { return Exit.failure }
            show("\((info.modified * 100).rounded() / 100)\n")
            return Exit.success
        } catch {
            log.write(.error, error.description, about: nil)
            return Exit.failure
        }
    }

    // MARK: The collector's stamp

    private var stamp: PushStamp? {
        guard let modified = source.modified, let file = source.path else { return nil }
        return PushStamp(of: service.name, file: file, changedAt: modified, in: layout, host: host)
    }

    /// What every classic program does with each service that it loads (classic-actions.md section 10).
    func pushIfChanged(isSilent: Bool = false) {
        guard let lines = stamp?.refreshIfNeeded(), !isSilent else { return }
        tell(lines)
    }

    func push() -> Int32 {
        guard let stamp else { return Exit.success }
        guard ActionTrust(site, for: "push").believesState() else {
            return Exit.failure
        }
        let pushed = stamp.push()
        tell(pushed.lines)
        return pushed.isWritten ? Exit.success : Exit.failure
    }

    private func tell(_ lines: [String]) {
        guard !lines.isEmpty else { return }
        for line in lines { show(line + "\n") }
        // Scripts and people expect these lines; the debug line reports the truth (decisions.md 8).
        log.write(.debug, "nothing is sent: there is no collector", about: nil)
    }
}
