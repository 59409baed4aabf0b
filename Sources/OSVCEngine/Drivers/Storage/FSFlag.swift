/// A flag file: the resource is up while the file exists.
///
/// The smallest driver there is.
public struct FSFlag: Driver {
    public static let id = DriverID("fs.flag")
    public static let section = "flag"
    public static let startOrder = StartPlace.fileSystem
    public static let summary = "A file that exists while the service is up."
    public static let keywords = [
        Keyword(
            "file",
            .path,
            required: true,
            summary: "The file that start writes and stop removes; its directory must exist.",
            example: "/run/web.up"
        )
    ]

    /// The path of the flag file.
    public let file: String

    public init(_ settings: Settings) throws(ConfigurationError) {
        file = try settings.requiredString("file")
    }

    public var label: String { file }
    public var usedPaths: [String] { [file] }
    public var claims: [Claim] { [Claim("file", file)] }
    public var reach: [Ground]? { [.below(file)] }
    public var footing: [String] { [file] }

    /// What exists at the path.
    public enum Seen: Sendable, Equatable {
        /// Nothing exists there.
        case nothing
        /// A regular file exists there.
        case file
        /// A directory or another kind of file exists there.
        case somethingElse
        /// The path could not be looked at, for this reason.
        case unknown(String)
    }

    /// Looks at the path.
    public func observe(_ host: any Host, for purpose: Purpose) async -> Seen {
        do throws(HostError) {
            guard let info = try host.fileInfo(file) else { return .nothing }
            return info.kind == .file ? .file : .somethingElse
        } catch {
            return .unknown(error.description)
        }
    }

    /// Up for a regular file, down for nothing, warn for the rest.
    public func status(_ seen: Seen) -> StatusReport {
        switch seen {
        case .file: StatusReport(.up)
        case .nothing: StatusReport(.down)
        case .somethingElse: StatusReport(.warn, notes: ["\(file) is not a regular file"])
        case .unknown(let error): StatusReport(.warn, notes: [error])
        }
    }

    /// Writes the file; fails when something else is at the path.
    public func startSteps(_ seen: Seen) -> [Step] {
        switch seen {
        case .file: [.note(.info, "\(file) is already up")]
        case .nothing: [.writeFile(file, contents: "up\n")]
        case .somethingElse: [.fail("\(file) is not a regular file")]
        case .unknown(let error): [.fail(error)]
        }
    }

    /// Removes the file; fails when something else is at the path.
    public func stopSteps(_ seen: Seen) -> [Step] {
        switch seen {
        case .file: [.removeFile(file)]
        case .nothing: [.note(.info, "\(file) is already down")]
        case .somethingElse: [.fail("\(file) is not a regular file")]
        case .unknown(let error): [.fail(error)]
        }
    }
}
