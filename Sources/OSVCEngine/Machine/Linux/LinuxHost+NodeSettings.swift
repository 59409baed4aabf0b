extension LinuxHost {
    public func nodeSettings(in layout: Layout) throws(HostError) -> NodeSettings {
        if let kept = keptNodeSettings.kept, kept.layout == layout { return try kept.reading.get() }
        let reading = Result { () throws(HostError) in try readNodeSettings(in: layout) }
        keptNodeSettings.kept = (layout, reading)
        return try reading.get()
    }

    /// Keeps what a load has read of the file, which is then not read again.
    public func keep(_ settings: NodeSettings, in layout: Layout) {
        keptNodeSettings.kept = (layout, .success(settings))
    }
}

/// What was read of `node.conf`, for hosts that are made beside each other.
@EngineActor
final class KeptNodeSettings {
    var kept: (layout: Layout, reading: Result<NodeSettings, HostError>)?
}
