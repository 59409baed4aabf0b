extension ServiceAddress {
    /// Removes the address. One that the node had before is left.
    public func stopSteps(_ seen: Seen) -> [Step] {
        switch place(seen) {
        case .unresolved: return [stopUnresolved(seen)]
        case .unknown(let problem): return [.fail(problem)]
        case .absent(let address): return [.note(.info, "\(address) is already down on \(device)")]
        case .elsewhere(let address, _):
            return [.note(.error, "\(address) is plumbed but not on \(device)"), .fail("failed")]
        case .foreign(let found):
            if seen.recorded != nil {
                let text = "\(found.address) is left on \(device): this service did not bring it up"
                return [.note(.warning, text)]
            }
            return [
                .fail(
                    "\(found.address) is on \(device), and no record tells who brought it up: if it"
                        + " was this service, ip addr del \(found.address)/\(found.prefixLength) dev"
                        + " \(ShellWord.quoted(device))"
                )
            ]
        case .here(let found):
            let removal = Self.removal(
                of: found,
                on: device,
                with: seen.usesIfconfig ? "ifconfig" : "ip",
                among: seen.interfaces
            )
            return keepingOthers(found, seen, removal)
        }
    }

    /// The address that was started is in the record, which a stop follows by itself.
    private func stopUnresolved(_ seen: Seen) -> Step {
        guard let recorded = seen.recorded else { return .fail(unresolved) }
        let mine = recorded.contains { $0.resource == id }
        let rest = mine ? "the recorded address is taken down" : "no address was started"
        return .note(.warning, "\(unresolved): \(rest)")
    }

    /// The steps that remove an address, and wait until it is gone.
    static func removal(
        of found: NetworkInterface.Address,
        on device: String,
        with tool: String,
        among interfaces: [NetworkInterface]
    ) -> [Step] {
        [
            remove(found, on: device, with: tool, among: interfaces),
            .note(.info, "checking \(found.address) availability"),
            .waitUntil(
                .not(.addressLocal(found.address)),
                every: .seconds(1),
                limit: .seconds(15),
                orFail: "\(found.address) refuse to go down"
            ),
        ]
    }

    /// `ifconfig eth0:1 down` takes the first address of that label, and `ifconfig eth0 down` would take
    /// the whole interface: so only for a label of its own that no other address has.
    private static func remove(
        _ found: NetworkInterface.Address,
        on device: String,
        with tool: String,
        among interfaces: [NetworkInterface]
    ) -> Step {
        let labels = interfaces.flatMap(\.addresses).compactMap(\.label)
        if let label = found.label, label.hasPrefix("\(device):"), tool == "ifconfig",
            labels.filter({ $0 == label }).count == 1
        {
            return .run(Command(["ifconfig", label, "down"]))
        }
        let family = found.address.isIPv6 ? ["-6"] : []
        let target = "\(found.address)/\(found.prefixLength)"
        return .run(Command(["ip"] + family + ["addr", "del", target, "dev", device]))
    }
}

extension ServiceAddress {
    /// What happens to the other addresses of a network when their primary address is removed.
    public enum Promotion: Sendable, Equatable {
        /// The kernel makes the next one primary.
        case byKernel
        /// The kernel removes them, unless `promote_secondaries` is set meanwhile.
        case bySetting
        /// The kernel removes them, and the setting cannot be changed: they are added again.
        case byAdding
    }

    /// Lets the other addresses of the network stay, which may be those of other services.
    private func keepingOthers(
        _ found: NetworkInterface.Address,
        _ seen: Seen,
        _ removal: [Step]
    ) -> [Step] {
        let others = dependents(of: found, seen)
        guard !others.isEmpty, seen.promotion != .byKernel else { return removal }
        let names = others.map { "\($0.address)" }.joined(separator: ", ")
        let text =
            "\(found.address) is the primary address of its network on \(device): keeping \(names)"
        let note = Step.note(.warning, text)
        switch seen.promotion {
        case .byKernel: return removal
        case .bySetting:
            let setting = "net/ipv4/conf/\(device)/promote_secondaries"
            let set = ["1", "0"].map { value in
                Step.run(Command(["sysctl", "-q", "-w", "\(setting)=\(value)"]))
            }
            return [note, set[0], removal[0], set[1]] + removal.dropFirst()
        case .byAdding:
            let added = others.map { other in
                let words = [
                    "ip", "addr", "add", "\(other.address)/\(other.prefixLength)", "dev", device,
                ]
                return Step.run(Command(words + (other.label.map { ["label", $0] } ?? [])))
            }
            return [note, removal[0]] + added + removal.dropFirst()
        }
    }

    /// The secondary addresses that the kernel removes with this one.
    private func dependents(of found: NetworkInterface.Address, _ seen: Seen)
        -> [NetworkInterface.Address]
    {
        guard !found.address.isIPv6, !found.isSecondary else { return [] }
        let addresses = seen.interfaces.first { $0.name == device }?.addresses ?? []
        let mask = IPAddress.mask(prefixLength: found.prefixLength).bytes
        let network = zip(found.address.bytes, mask).map { $0 & $1 }
        return addresses.filter { other in
            other.isSecondary && other.prefixLength == found.prefixLength
                && zip(other.address.bytes, mask).map { $0 & $1 } == network
        }
    }
}

extension Host {
    /// See ip-sysctl in the documentation of the kernel: the greater of the two settings counts.
    func promotion(on device: String) throws(HostError) -> ServiceAddress.Promotion {
        let own = "/proc/sys/net/ipv4/conf/\(device)/promote_secondaries"
        for path in ["/proc/sys/net/ipv4/conf/all/promote_secondaries", own] {
            let text = try readFile(path, limit: 1 << 16).map {
                String(decoding: $0, as: UTF8.self)
            }
            if text?.hasPrefix("1") == true { return .byKernel }
        }
        return findProgram("sysctl") != nil && isWritable(below: own) ? .bySetting : .byAdding
    }
}
