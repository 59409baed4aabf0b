/// Disks with several paths, somewhere below a file system.
extension Host {
    /// Whether a write to the device would wait until a path returns: below it is a multipath map that
    /// queues and has no active path (classic-resources.md section 4, Status).
    @EngineActor
    func isStalled(_ device: DeviceNumber) async throws(HostError) -> Bool {
        guard device.major != 0 else { return false }
        let folder = "/sys/dev/block/\(device.major):\(device.minor)"
        for map in try multipathMaps(of: folder) where await isStalled(map) { return true }
        return false
    }

    private func multipathMaps(of folder: String) throws(HostError) -> [String] {
        if try firstLine("\(folder)/dm/uuid")?.hasPrefix("mpath-") == true {
            return try firstLine("\(folder)/dm/name").map { [$0] } ?? []
        }
        var maps: [String] = []
        for slave in try directory("\(folder)/slaves") ?? [] {
            maps += try multipathMaps(of: "/sys/class/block/\(slave)")
        }
        return maps
    }

    /// No file lists the paths of a map. A `dmsetup` that hangs means stalled.
    @EngineActor
    private func isStalled(_ map: String) async -> Bool {
        var answers: [String] = []
        for question in ["table", "status"] {
            let command = Command(["dmsetup", question, map], limit: .seconds(5), logging: .quiet)
            guard let result = try? await run(command) else { return false }
            if result.timedOut { return true }
            answers.append(result.outputText)
        }
        return answers[0].contains("queue_if_no_path") && !MultipathPaths.anyIsActive(answers[1])
    }
}

/// Reads the status line of a multipath map: `… 8:16 A 0 1 8:32 F 1 1`, where A is active and F failed.
enum MultipathPaths {
    static func anyIsActive(_ status: String) -> Bool {
        let words = status.split { $0 == " " || $0 == "\n" }
        return zip(words, words.dropFirst()).contains { $0.contains(":") && $1 == "A" }
    }
}
