import OSVCEngine

/// The file that a service was read from.
@EngineActor
struct ServiceSource {
    let path: String?
    /// When a classic file was last changed, in seconds since 1970; nil: it is not a classic file.
    let modified: Double?
    /// Whether it contains `[default]`, which is corrected at its first use.
    let needsCorrection: Bool

    /// Writes `[DEFAULT]` for `[default]`, as the classic release did (classic-env.md section 1).
    func correct(_ log: any Log) {
        guard needsCorrection, let path else { return }
        do throws(HostError) {
            // As it is now: it may have been edited since it was loaded.
            guard let file = try EditedFile.read(path), let right = EnvFile.corrected(file.bytes)
            else { return }
            try file.replace(with: right)
        } catch {
            log.write(.warning, "[default] is not put right: \(error)", about: nil)
        }
    }
}
