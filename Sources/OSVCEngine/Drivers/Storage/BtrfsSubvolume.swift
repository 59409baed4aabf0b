/// The subvolume of a btrfs that options name: those of a mount to make, or of one in the mount table (btrfs(5)).
struct BtrfsSubvolume {
    /// The path from the root of the file system, without a final slash; nil: not named.
    private var path: String?
    /// Its number; nil: not named.
    private var id: UInt64?

    /// Of options that are given twice the last one counts.
    init(_ options: [String]) {
        for option in options {
            if let path = option.value(of: "subvol") {
                self.path = "/" + path.split(separator: "/").joined(separator: "/")
            } else if let number = option.value(of: "subvolid").flatMap({ UInt64($0) }) {
                // The top level has two numbers.
                id = number == 0 ? 5 : number
            }
        }
    }

    /// Whether a mount shows this subvolume as a whole. Where the options name none, it may be any: an administrator
    /// chooses the default subvolume.
    func isShown(by mount: MountEntry) -> Bool {
        let shown = BtrfsSubvolume(mount.fileSystemOptions.split(separator: ",").map(String.init))
        if let id, let other = shown.id, id != other { return false }
        guard let path = path ?? shown.path else { return true }
        return mount.root.isSame(path)
    }
}

extension String {
    /// The value of an option `name=value`; nil: this is another option.
    fileprivate func value(of name: String) -> String? {
        hasPrefix("\(name)=") ? String(dropFirst(name.count + 1)) : nil
    }
}
