public import OSVCEngine

/// Something at a path of a `FakeHost`.
public struct FakeFile: Sendable, Equatable {
    public var contents: [UInt8]
    public var info: FileInfo

    public init(info: FileInfo, contents: [UInt8] = []) {
        self.info = info
        self.contents = contents
    }

    public init(contents: [UInt8] = [], mode: UInt32 = 0o644) {
        self.init(
            info: FileInfo(kind: .file, size: contents.count, mode: mode),
            contents: contents
        )
    }

    public init(_ text: String) {
        self.init(contents: Array(text.utf8))
    }

    public static let directory = FakeFile(info: FileInfo(kind: .directory, mode: 0o755))

    public static func block(_ major: Int, _ minor: Int) -> FakeFile {
        FakeFile(
            info: FileInfo(kind: .blockDevice, device: DeviceNumber(major: major, minor: minor))
        )
    }
}
