"""What osvc keeps for itself: journal, pid records, stamps, flags, locks, the state of scripts; damaged."""

from . import env, mutate, values

SERVICE = """local osvc = require "osvc.v1"
return osvc.service "x" {
  nodes = "node1 node2",
  osvc.flag "0" { file = "/srv/none/flag" },
  osvc.app {
    osvc.daemon "d" { S = 10, cmd = { "/bin/sleep", "1000" } },
    osvc.launcher "s" { S = 20, start = { "/bin/true" }, status = function(ctx)
      local seen = ctx.state.get("a")
      return "up", tostring(seen)
    end },
  },
}
"""
ACTIONS = [
    ["osvc", "run", "x.lua", "print", "status"], ["osvc", "run", "x.lua", "status"], ["svcmon"],
    ["osvc", "run", "x.lua", "json", "status"], ["osvc", "plan", "x.lua", "start"], ["osvc", "plan", "x.lua", "stop"],
    ["osvc", "run", "x.lua", "start", "--dry-run"], ["svcmgr", "-s", "x", "frozen"], ["svcmgr", "-s", "x", "json_status"],
    ["svcmgr", "-s", "x", "syncnodes", "--dry-run"], ["allupservices"], ["svcfrozen"], ["osvc", "check", "x.lua"],
]
FILES = {
    "var/x/journal": "begin\t1700000000.123\t4242\tstart\ndo\t1700000000.200\tfs#0\tmount -t tmpfs tmpfs /srv/a\ndid\tfs#0\n"
    "do\t1700000000.300\tapp\tstart d\n",
    "var/x/d.pid": "4242 123456\n", "var/x/last_node": "node1\n", "var/x/state.json": '{"a": "b", "n": [1, 2.5, null]}\n',
    "var/x.push": "2014-02-17 17:20:41.123456\n", "var/sync/node2/x!sync#i0": "2014-02-17 17:20:41.123456\n",
    "var/FROZEN.x": "", "var/FROZEN": "", "var/lock/x": "4242 start\n",
}
SPECIALS = [("directory", ""), ("fifo", ""), ("link", "/dev/zero"), ("link", "/dev/null"), ("link", "/proc/self/mem"),
            ("link", "x"), ("link", "/srv/none"), ("link", "/proc/kmsg"), ("mode", "0000"), ("mode", "0777")]


def make(random, case):
    case.add("etc/x.lua", SERVICE)
    if random.random() < 0.2:
        case.add("etc/y.env", env.text(random))
    for path in random.sample(sorted(FILES), random.randint(1, 4)):
        content, times = _content(random, path)
        case.add(path, content, times)
        if random.random() < 0.08:
            case.specials.append((*random.choice(SPECIALS), path))
    if random.random() < 0.03:
        case.specials.append((*random.choice(SPECIALS), random.choice(["var/x", "var/lock", "log", "tmp", "var/sync", "etc/node.conf"])))
    for words in random.sample(ACTIONS, 3):
        case.run(*words)


def _content(random, path):
    chance = random.random()
    if path.endswith("journal") and chance < 0.5:
        return _journal(random).encode("utf-8", "surrogatepass"), 1
    if path.endswith("json") and chance < 0.6:
        return f'{{"a": {values.json(random)}}}'.encode("utf-8", "surrogatepass"), 1
    if path.endswith(".pid") and chance < 0.5:
        return f"{random.choice(values.PLAIN_NUMBERS + ['1', 'starting'])} {random.choice(values.PLAIN_NUMBERS)}\n".encode(), 1
    if chance < 0.56:
        return random.choice([b"\n", b"\t", b"\x00", b"a\n", b"begin\t1\t1\tstart\n", b"x"]), random.choice([1 << 12] * 5 + [1 << 18] * 3 + [1 << 24])
    return mutate.mutate(random, FILES[path].encode()), 1


def _journal(random):
    lines = []
    for _ in range(random.randint(1, 5)):
        word = random.choice(["begin", "begin", "do", "did", "failed", "end", values.text(random)])
        number = random.choice(values.PLAIN_NUMBERS + ["1700000000.123"])
        lines.append("\t".join({
            "begin": ["begin", number, random.choice(values.PLAIN_NUMBERS), random.choice(["start", "stop", values.text(random)])],
            "do": ["do", number, random.choice(["fs#0", "app", "-", values.text(random)]), "x"],
            "end": ["end", number, random.choice(values.PLAIN_NUMBERS)],
        }.get(word, [word, random.choice(["fs#0", values.text(random)])])))
    return "\n".join(lines) + random.choice(["\n", "\n", ""])
