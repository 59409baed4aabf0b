extension FormerHolding.Seen {
    /// A message about a mount that covers this one; nil: there is none.
    func cover(of entry: MountEntry) -> String? {
        guard let mine = mounts.last(where: { $0.isSameMount(as: entry) }) else { return nil }
        let top = mounts.at(entry.mountPoint).last.flatMap { $0 == mine ? nil : $0 }
        return (mounts.hider(of: mine) ?? top)?.coverProblem
    }
}

extension Holding {
    /// The driver of the thing when no resource describes it any more. `busy` is what a stop does about the
    /// processes that use a mount.
    func former(whenBusy busy: BusyMount) -> any Driver {
        switch self {
        case .address:
            return FormerHolding<ServiceAddress>(self) { thing, seen in
                guard case .address(let address, let prefix, let device) = thing else { return [] }
                let found = NetworkInterface.Address(address, prefixLength: prefix)
                return ServiceAddress.removal(
                    of: found,
                    on: device,
                    with: "ip",
                    among: seen.interfaces
                )
            }
        case .mount:
            return FormerHolding<FSMount>(self) { thing, seen in
                guard case .mount(let entry) = thing else { return [] }
                if let cover = seen.cover(of: entry) { return [.fail(cover)] }
                let isOwnDevice =
                    entry.source.begins("/dev/") && entry.root.isSame("/") && entry.type != "btrfs"
                return [.unmount(entry.mountPoint, whenBusy: busy, freesDevice: isOwnDevice)]
            }
        case .loop:
            return FormerHolding<LoopFile>(self) { thing, _ in
                guard case .loop(let device, _) = thing else { return [] }
                let place = "/sys/block/\(device.fileName)/loop"
                return LoopFile.detaching(device, until: .not(.pathExists(place)))
            }
        }
    }
}
