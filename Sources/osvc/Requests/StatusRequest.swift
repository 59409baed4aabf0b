import OSVCEngine

extension RequestRunner {
    func showStatus(_ request: Request) async -> Int32 {
        switch request {
        case .statusCode: return Int32(await status().overall.shown)
        case .jsonStatus: show(await status().json.prettyText + "\n")
        default: await printStatus()
        }
        return Exit.success
    }

    /// Prints the tree; on a terminal its first line precedes what the look logs (classic-status.md section 5).
    private func printStatus() async {
        let showsNameFirst = console.isOutputTerminal
        if showsNameFirst { show(service.name + "\n") }
        let text = StatusTree(await status(), colours: console.outputColours).text
        show(showsNameFirst ? String(text.dropFirst(service.name.count + 1)) : text)
    }

    /// The status of the service now. Logs first what a crash left half done.
    private func status() async -> ServiceStatus {
        tellInterruption()
        return await observe()
    }

    /// The status of the service now.
    func observe() async -> ServiceStatus {
        log.waiting(for: "status of \(service.name)")
        defer { log.waiting(for: nil) }
        let status = await interruptions.look(host, log) {
            giveEnvironment()
            await ServiceEnvironment(service).give(to: host, action: "status")
            if !isReadOnly { HeartbeatLinks(site).mend() }
            return await Observer(site).status()
        }
        for line in status.lines {
            for mend in line.report.mended { log.write(.info, mend, about: line.id) }
        }
        return status
    }

    private func tellInterruption() {
        guard let interruption = Interruption.find(of: service.name, in: layout) else { return }
        if let holder = ServiceLock.holder(of: service.name, in: layout) {
            log.write(.info, "\(interruption.action) is under way: \(holder)", about: nil)
        } else {
            let running = Leftovers.running(after: interruption, on: host)
            let more = running.isEmpty ? "" : "; still running: \(running.joined(separator: ", "))"
            let text = "\(interruption.text)\(more); start or stop goes on from here"
            log.write(.warning, text, about: nil)
        }
    }
}

extension Status {
    /// The number as an exit code: of the value that users see, without the internal values of sums.
    fileprivate var shown: Int {
        switch self {
        case .standbyUpWithUp: Status.up.rawValue
        case .standbyUpWithDown: Status.standbyUp.rawValue
        default: rawValue
        }
    }
}
