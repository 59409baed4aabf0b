import OSVCEngine
import OSVCTestSupport

/// What the machine of a tutorial's node does when it is given the commands of the text.
extension TutorialNode {
    /// The same machine with the answers of one command of the text.
    func renew(_ command: Tutorial.Command?) {
        let next = FakeHost(node: name)
        next.networkInterfaces = host.networkInterfaces
        next.mountTable = host.mountTable
        next.files = host.files
        next.links = host.links
        next.names = host.names
        next.programs = host.programs
        next.time = host.time
        next.answering = host.answering
        next.processTable = host.processTable
        host = next
        expectLauncher()
        guard let command else { return }
        let outputs = command.outputs
        func expect(_ line: String, _ effect: @escaping @EngineActor (FakeHost) -> Void = { _ in })
        {
            host.expect(line, output: outputs[line] ?? "", effect: effect)
        }
        expectNetwork(expect)
        expectGroup(expect)
        for (volume, place) in zip(Self.volumes, ["/svc1/app", "/svc1/data"]) {
            let device = "/dev/mapper/\(Self.group)-\(volume)"
            expect("e2fsck -p \(device)")
            expect("mount -t ext3 \(device) \(place)") { [unowned self] in
                mount(device, on: place, $0)
            }
            expect("umount \(place)") { [unowned self] in unmount(place, $0) }
        }
    }

    private typealias Expect = (String, @escaping @EngineActor (FakeHost) -> Void) -> Void

    private func expectNetwork(_ expect: Expect) {
        let address = "37.59.71.26"
        expect("ifconfig eth0:1 \(address) netmask 255.255.255.224 up") { host in
            guard let parsed = IPAddress(address) else { return }
            host.networkInterfaces[0].addresses.append(
                .init(parsed, prefixLength: 27, label: "eth0:1")
            )
        }
        expect("ifconfig eth0:1 down") { host in
            host.networkInterfaces[0].addresses.removeAll { $0.label == "eth0:1" }
        }
        expect("arping -U -c 1 -I eth0 -s \(address) 0.0.0.0") { _ in }
    }

    private func expectGroup(_ expect: Expect) {
        host.expect(
            "vgs --noheadings --separator | -o vg_tags,lv_count \(Self.group)",
            output: "  \(tags.joined(separator: ","))|\(Self.volumes.count)\n"
        )
        host.expect(
            "lvs --noheadings -o lv_name \(Self.group)",
            output: Self.volumes.map { "  \($0)\n" }.joined()
        )
        expect("vgchange --addtag @\(name) \(Self.group)") { [unowned self] _ in tags = [name] }
        expect("vgchange --deltag @\(name) \(Self.group)") { [unowned self] _ in tags = [] }
        expect("vgchange -a y \(Self.group)") { [unowned self] in activate($0) }
        expect("vgchange -a n \(Self.group)") { [unowned self] in deactivate($0) }
        for volume in Self.volumes { expect("kpartx -d /dev/\(Self.group)/\(volume)") { _ in } }
    }

    /// The three links of the launcher. The one with status is asked before the start and after it.
    private func expectLauncher() {
        let path = local("/opt/opensvc\(Self.servicePath).d")
        host.expect("\(path)/C10weblauncher status", code: isServing ? 0 : 1)
        host.expect("\(path)/S10weblauncher start") { [unowned self] host in
            isServing = true
            host.expect("\(path)/C10weblauncher status", code: 0)
        }
        host.expect("\(path)/K90weblauncher stop") { [unowned self] host in
            isServing = false
            host.expect("\(path)/C10weblauncher status", code: 1)
        }
    }

    func activate(_ host: FakeHost) {
        for (index, volume) in Self.volumes.enumerated() {
            let folder = "/sys/class/block/dm-\(index)"
            host.files["\(folder)/dm/name"] = FakeFile("\(Self.group)-\(volume)\n")
            host.files["\(folder)/dm/uuid"] = FakeFile("LVM-\(index)\n")
            host.files["/dev/mapper/\(Self.group)-\(volume)"] = .block(254, index)
            host.files["/dev/\(Self.group)/\(volume)"] = .block(254, index)
        }
    }

    private func deactivate(_ host: FakeHost) {
        for (index, volume) in Self.volumes.enumerated() {
            host.files["/sys/class/block/dm-\(index)/dm/name"] = nil
            host.files["/sys/class/block/dm-\(index)/dm/uuid"] = nil
            host.files["/dev/mapper/\(Self.group)-\(volume)"] = nil
            host.files["/dev/\(Self.group)/\(volume)"] = nil
        }
    }

    func isMounted(_ place: String) -> Bool {
        host.mountTable.contains { $0.mountPoint == place }
    }

    private func mount(_ device: String, on place: String, _ host: FakeHost) {
        let number = host.files[device]?.info.device ?? DeviceNumber(major: 0, minor: 0)
        host.mountTable.append(
            MountEntry(source: device, mountPoint: place, type: "ext3", device: number)
        )
        if place == "/svc1/app" { showLaunchers(host) }
    }

    private func unmount(_ place: String, _ host: FakeHost) {
        host.mountTable.removeAll { $0.mountPoint == place }
        guard place == "/svc1/app" else { return }
        for path in host.files.keys where path.contains("weblauncher") { host.files[path] = nil }
        host.files[Self.launcherDirectory] = nil
    }

    func showLaunchers(_ host: FakeHost) {
        guard !launchers.isEmpty else { return }
        host.files[Self.launcherDirectory] = .directory
        let path = local("/opt/opensvc\(Self.servicePath).d")
        for launcher in launchers {
            for directory in [Self.launcherDirectory, path] {
                host.files["\(directory)/\(launcher)"] = FakeFile(contents: [], mode: 0o755)
            }
        }
    }
}
