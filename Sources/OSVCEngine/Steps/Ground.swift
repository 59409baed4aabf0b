/// A part of the machine that a resource changes when it is started or stopped, by its paths. Pure.
///
/// A network interface is its directory in /sys/class/net.
public enum Ground: Sendable, Equatable {
    /// The path and everything below it.
    case below(String)
    /// Every path that begins with these bytes: `/dev/loop`.
    case named(String)

    /// The path that stands for a network interface.
    public static func interface(_ name: String) -> String { "/sys/class/net/\(name)" }

    /// Whether the path belongs to this part.
    func holds(_ path: String) -> Bool {
        switch self {
        case .below(let directory): path.isAtOrBelow(directory)
        case .named(let start): path.begins(start)
        }
    }
}

extension Probe {
    /// The paths on which the answer depends.
    var footing: [String] {
        switch self {
        case .not(let probe): probe.footing
        case .pathExists(let path), .isDirectory(let path), .mounted(let path): [path]
        case .loopDetached(let device, let file): [device, file]
        case .addressFree(_, let device, _), .interfaceUp(let device): [Ground.interface(device)]
        case .addressLocal: []
        case .volumeGroupDown(let name): ["/dev/\(name)"]
        case .programExists(let name): name.hasSlash ? [name] : []
        }
    }
}
