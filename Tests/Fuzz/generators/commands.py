"""Command lines under every name of the program; what changes something fails for want of a service."""

from . import env, references, state, values

OPTIONS = [
    "--help", "-h", "--version", "--debug", "-f", "--force", "-c", "--cluster", "--cron", "-p", "--parallel", "--rid",
    "--rid=fs#0", "--tags", "--tags=a,b", "--disable-rollback", "--waitlock", "--waitlock=0", "--to=node2", "--param",
    "--param=DEFAULT.nodes", "--value=x", "--resource", "-s", "-s x", "--service=x", "--status=up", "--onlyprimary",
    "--verbose", "-o json", "--output=json", "--jobs=1", "--jobs", "--", "-", "--w", "--wait=1", "--dry-run", "--updatedb",
    "--maxdelay", "--upddb", "--rows", "-sx", "-hs", "--refresh-interval=1", "--", "--reference",
]
# What ends at once, whatever is there; nothing of it acts on a resource that exists.
WORDS = [
    "print", "status", "print_status", "json", "json_status", "frozen", "print_env_mtime", "printsvc", "print_devlist",
    "json_devlist", "print_disklist", "json_disklist", "get", "check", "plan", "convert", "equiv", "doc", "mon", "run",
    "svc", "node", "x", "y", "x.lua", "y.env", "z.env", "start", "stop", "fs", "app", "x.lua", "help", "trust", "fix",
]
NAMES = ["osvc", "osvc", "osvc", "svcmgr", "svcmgr", "svcmon", "nodemgr", "allservices", "allupservices",
         "allprimaryservices", "allsecondaryservices", "svcfrozen", "x", "y", "x.cluster", "x.stonith", "sh", "é", "svcmgr.x"]


def make(random, case):
    case.add("etc/x.lua", state.SERVICE)
    case.add("etc/y.env", "[DEFAULT]\nservice_type = TST\nnodes = node1\n[fs#0]\ntype = tmpfs\ndev = tmpfs\nmnt = /srv/none/a\n")
    if random.random() < 0.2:
        case.add("etc/z.env", env.text(random))
    for name in ["x", "y", "x.cluster", "x.stonith"]:
        case.specials.append(("link", "/srv/bin/svcmgr", f"etc/{name}"))
    for _ in range(4):
        name = random.choice(NAMES)
        if name in ("x", "y", "x.cluster", "x.stonith"):
            name = f"/srv/root/etc/{name}"
        words = [_word(random) for _ in range(random.choice([0, 1, 2, 2, 3, 4, 6]))]
        # Nothing here is to act on the machine: these words only ever plan.
        acts = [b"start", b"stop", b"x.stonith"]
        if any(word in acts for word in words) and b"plan" not in words:
            words = [b"status" if word in acts else word for word in words]
        if name.endswith("stonith"):
            words = [b"--help"]
        case.run(name, *words)
    if random.random() < 0.1:
        case.env[random.choice(["HOME", "OSVC_ROOT", "LANG", "TERM", "COLUMNS", "TZ", "XDG_STATE_HOME", "LC_ALL", "PATH"])] = (
            random.choice(["", "foo", "/", "..", "9" * 400, "x" * 5000, "/srv/none", "\ufffd", "-1"]))
        if "OSVC_ROOT" in case.env and case.user == "root":
            case.env["OSVC_ROOT"] = "/srv/root"
    if random.random() < 0.05:
        case.fsize = random.choice([0, 1, 64, 4096])


def _word(random):
    chance = random.random()
    if chance < 0.5:
        return random.choice(WORDS).encode()
    if chance < 0.75:
        return random.choice(OPTIONS).encode()
    if chance < 0.82:
        return random.choice(_safe_actions()).encode()
    if chance < 0.9:
        return values.text(random).replace("\0", "").encode("utf-8", "surrogatepass")
    if chance < 0.94:
        return random.choice(OPTIONS).encode() + b"=" + random.choice(values.PLAIN_NUMBERS).encode()
    return random.choice([b"\xff", b"--\xff", b"-\xc3", b"x\xff.lua", b"x" * 100_000, b"--rid=" + b"fs#0," * 20_000,
                          b"--param=" + b"." * 70_000, b"-" * 70_000, b"@x", b"\n", b"--waitlock=1e9", b"", b"=", b"--=x"])


def _safe_actions():
    return [word for word in references.actions() if word.startswith(("print", "json", "status", "get", "frozen"))]
