/// Classic files nobody meant, grown from lines that such files are made of. The same seed gives the same
/// files everywhere, so a failure happens again.
public struct RandomClassicFile {
    /// A small generator (xorshift).
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private var generator: Generator
    private let lines: [String]

    /// Any lines, broken ones too.
    public static let anyLines = [
        "[DEFAULT]", "[default]", "[fs#0]", "[FS#1] # x", "[ip]", "[sync#i0]", "[app]", "[", "[]",
        "[a]]", "service_type = TST", "nodes = n1 n2", "nodes@n1: n3", "mode=hosted", "type\t=ext4",
        "dev = /dev/null ; x", "mnt = /srv/a;b", "mnt@nodes = /b", "mnt@ = /c", "@ = 1", "disable",
        "disable = On", "optional =", "tags = encap", "  n3", "\t# note", "\t\"x\": [1,", "# é",
        ";", "rem", "REM x = y", "remx = 1", "= 1", ": = :", "key = \"\"", "pre_start = /bin/true",
        "ipname = a", "restart = 3", "on_error = abort", "timeout = 5m", "timeout = -1", "\r", "",
        "   ", "vgname = \u{FFFD}", "size = 99999999999999999999",
    ]

    /// Lines that are right, most of them.
    public static let goodLines = [
        "[fs#0]", "[fs#1] # a mount", "[fs#x]", "[fs#2b] ] ; y", "[ip#0]", "[ip#7] note",
        "[loop#0]",
        "[vg#0]", "[flag#0]", "[app]", "[hb#0]", "[DEFAULT]", "[wat]", "[sync]", "[sync#i0]",
        "sync_interval = 30", "sync_period = [\"03:59\", \"05:59\"]", "sync_days = [\"monday\"]",
        "sync_max_delay = 7", "optional = true", "[stonith#0]", "type = callout", "cmd = /bin/st",
        "[app] # again",
        "type = ext4", "type = tmpfs", "type = OpenHA", "type@n2 = xfs", "dev = /dev/sda",
        "dev@n2 = /dev/sdb # other", "dev = tmpfs", "mnt = /srv/a", "mnt@nodes = /srv/b",
        "mnt@drpnodes=/srv/c", "MNT@N1 : /srv/\"d\"\\e", "mnt_opt = noatime ; x",
        "mnt_opt = \"\"", "mnt_opt =", "mnt_opt@n3 = ro", "ipname = web é",
        "ipname@n1 = 192.0.2.9", "ipdev = eth0", "ipdev@n2 = eth1", "ipdev@gone = eth2",
        "netmask = 24", "netmask = 255.255.255.0", "file = /srv/x.img", "file@n1 = /y.img",
        "vgname = vg\\1", "vgname@encapnodes = vg2", "disable = yes", "disable = FALSE",
        "disable@n2 = 1", "disable_on = n1 nodes", "optional = true", "optional_on = drpnodes",
        "monitor = on", "monitor@n1 = off", "monitor_on = n2", "always_on = n1", "tags = a b",
        "tags =", "tags@n2 = \"c\" --", "after = fs#0", "pre_start = /bin/true  a\tb",
        "pre_start@n1 = /bin/a", "pre_start@nodes = /bin/b", "pre_start@n2 =", "optional@n1 = on",
        "blocking_post_stop = /x \"y z\"", "post_start = ", "pre_stop = /bin/é \\n",
        "on_error = abort", "on_error@n1 = continue", "timeout = 5m", "timeout = 1500ms",
        "timeout = 0", "timeout@n2 = 7200", "dir = /srv/d", "dir =", "parallel = true",
        "app = My \"App\"", "comment = a\\b -- c ]] é", "comment = x", "\tmore \\ \"text\"",
        "  and # note", "autostart_node = n1", "autostart_node@n2 = n2 n1",
        "cluster_type@n1 = failover",
        "rollback_on_signal = on", "drpnode = n4", "classic = false", "containerize = true",
        "restart = 0",
        "foo = bar", "foo@n1 = \u{7F}\u{1}7", "name = n", "# alone", "; alone too", "rem [[ alone",
        "\t# indented", "#", "###### ]]--", "", "   ", "# cr\rlf", "ip_tool = ip", "mode = hosted",
    ]

    public init(seed: UInt64, lines: [String]) {
        generator = Generator(state: seed)
        self.lines = lines
    }

    /// The next file, of up to `count` lines.
    public mutating func next(upTo count: Int = 30) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...count, using: &generator) {
            bytes += Array((lines.randomElement(using: &generator) ?? "").utf8)
            bytes += Bool.random(using: &generator) ? [0x0A] : [0x0D, 0x0A]
        }
        return bytes
    }

    /// The next file, with some bytes changed.
    public mutating func nextBroken() -> [UInt8] {
        var bytes = next()
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(0x20, at: place)
            default: bytes.insert(0x0A, at: place)
            }
        }
        return bytes
    }
}
