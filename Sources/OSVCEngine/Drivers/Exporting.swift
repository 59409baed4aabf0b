/// A driver that tells launchers and triggers about its resource through their environment
/// (classic-actions.md section 8).
public protocol Exporting: Driver {
    /// `index` counts the service's resources of this section from 0.
    @EngineActor func exports(_ host: any Host, index: Int) async -> [String: String]
}
