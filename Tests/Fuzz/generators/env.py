"""Classic service files and node.conf: from the recorded cases, or put together of all keywords; then mutated."""

from . import mutate, references, values

SECTIONS = ["DEFAULT", "ip#0", "ip#1", "loop#0", "vg#0", "fs#0", "fs#1", "app", "app#0", "hb", "hb#0", "sync#i0",
            "sync#0", "stonith", "stonith#0", "container#0", "subset#fs", "share#0", "default", "IP#0", "fs", "é#0", "fs#"]
ACTIONS = [
    ["osvc", "check", "x.env"], ["osvc", "convert", "x.env"], ["osvc", "equiv", "x.env", "x.env"],
    ["osvc", "plan", "x.env", "start"], ["osvc", "run", "x.env", "print", "status"], ["osvc", "run", "x.env", "status"],
    ["svcmon"], ["svcmgr", "-s", "x", "json_status"], ["svcmgr", "-s", "x", "print", "status"],
    ["svcmgr", "-s", "x", "printsvc"], ["svcmgr", "-s", "x", "get", "--param", "DEFAULT.nodes"],
    ["svcmgr", "-s", "x", "get", "--param", "sync#i0.sync_days"], ["svcmgr", "-s", "x", "print_devlist"],
    ["svcmgr", "-s", "x", "json_disklist"], ["allservices"], ["allupservices"], ["osvc", "mon"],
    ["svcmgr", "-s", "x", "syncnodes"], ["osvc", "plan", "x.env", "stop", "-o", "json"],
]
NODE_ACTIONS = [["nodemgr", "get", "--param", "node.host_mode"], ["svcmon"], ["osvc", "check", "x.env"],
                ["svcmgr", "-s", "x", "print", "status"], ["osvc", "node", "get", "--param", "sync.sync_days"]]


def make(random, case):
    data = text(random).encode("utf-8", "surrogatepass")
    if random.random() < 0.6:
        data = mutate.mutate(random, data)
    case.add("etc/x.env", data)
    if random.random() < 0.3:
        case.add("etc/x.d/S10a", "#!/bin/sh\nexit 0\n")
        case.add("etc/x.d/C10a", f"#!/bin/sh\necho {random.choice(['x', 'y' * 300])}\nexit {random.randint(0, 255)}\n")
    actions = ACTIONS
    if random.random() < 0.25:
        node = "\n".join(["[node]", *_entries(random, "node")]).encode("utf-8", "surrogatepass")
        case.add("etc/node.conf", mutate.mutate(random, node))
        actions = NODE_ACTIONS
    for words in random.sample(actions, 3):
        case.run(*words)
    if random.random() < 0.2:
        case.run("svcmgr", "-s", "x", "set", "--param", random.choice(["DEFAULT.sync_days", "fs#0.mnt", "a.b"]),
                 "--value", _argument(random))
        case.run("svcmgr", "-s", "new", "create", "--resource", _argument(random))
        case.run("svcmgr", "-s", "x", "update", "--resource", _argument(random))


def _argument(random):
    return random.choice([values.json, values.text])(random).replace("\0", "").encode("utf-8", "surrogatepass")


def text(random):
    if random.random() < 0.3:
        return random.choice(references.files(".env"))
    lines = []
    for section in ["DEFAULT"] + [random.choice(SECTIONS) for _ in range(random.randint(0, 5))]:
        lines += [f"[{section}]", *_entries(random, section.split("#")[0])]
        if section == "DEFAULT" and random.random() < 0.95:
            lines += ["service_type = TST", f"nodes = node1{random.choice(['', ' node2'])}"]
    return "\n".join(lines) + "\n"


def _entries(random, section):
    kind = {"DEFAULT": "service"}.get(section, section)
    rows = references.keywords().get(kind, [])
    classic = [word for of, word in references.classic_keywords() if of in (section, "*")]
    lines = []
    for keyword, what, required, example in rows:
        if required and random.random() < 0.95 or random.random() < 0.15:
            lines.append(_entry(random, keyword, what, example))
    if section == "node":
        for word in ["host_mode", "ip_tool", "launcher_owner", "sync_days"]:
            lines.append(f"{word} = {random.choice(['PRD', 'TST', 'any', 'ip', values.text(random), values.json(random)])}")
    if classic and random.random() < 0.2:
        lines.append(_entry(random, random.choice(classic), "text", "a"))
    if random.random() < 0.1:
        lines.append(random.choice(["pre_start", "blocking_post_stop@node1"]) + " = /bin/true " + values.text(random))
    return lines


def _entry(random, keyword, kind, example):
    key = keyword + (random.choice(["@node1", "@nodes", "@é", "@", "@drpnodes"]) if random.random() < 0.1 else "")
    chance = random.random()
    if "sync" in keyword and chance < 0.6 or chance < 0.06:
        value = values.json(random)
    elif chance < 0.14:
        value = values.text(random)
    elif chance < 0.2:
        value = random.choice(values.PLAIN_NUMBERS)
    else:
        value = values.fitting(random, kind, example)
    return f"{key} {random.choice(['=', '=', ':'])} {value}{random.choice(['', '', ' # a', ' ; b'])}"
