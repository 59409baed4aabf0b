"""Service files in Lua: from the examples, or put together of all keywords; some of it wrong, then mutated."""

from . import mutate, program, references, values

TYPES = ["ip", "loop", "vg", "fs", "flag", "app", "hb", "stonith", "sync"]
HEAD = 'local osvc = require "osvc.v1"\n'
ACTIONS = [
    ["osvc", "check", "x.lua"], ["osvc", "check", "x.lua"], ["osvc", "plan", "x.lua", "start"],
    ["osvc", "plan", "x.lua", "stop", "-o", "json"], ["osvc", "run", "x.lua", "print", "status"],
    ["osvc", "run", "x.lua", "json", "status"], ["osvc", "run", "x.lua", "status"],
    ["osvc", "run", "x.lua", "start", "--dry-run"], ["osvc", "equiv", "x.lua", "x.lua"],
    ["svcmon"], ["svcmgr", "-s", "x", "json_status"], ["svcmgr", "-s", "x", "printsvc"],
    ["osvc", "mon", "--verbose"], ["svcmgr", "-s", "x", "print", "devlist"],
]


def make(random, case):
    if random.random() < 0.25:
        data = random.choice(references.files(".lua"))
    else:
        data = service(random)
    numbers = values.NUMBERS if random.random() < 0.7 else values.PLAIN_NUMBERS
    if random.random() < 0.7:
        data = mutate.mutate(random, data.encode("utf-8", "surrogatepass"), numbers)
    case.add("etc/x.lua", data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    if random.random() < 0.2:
        text = mutate.mutate(random, launcher_file(random).encode("utf-8", "surrogatepass"), numbers)
        case.add("etc/x.d/S10a.lua", text)
    if random.random() < 0.1:
        hooks = f'{HEAD}return osvc.hooks "h" {{ {hook(random)} }}\n'
        case.add("etc/site.d/10-a.lua", mutate.mutate(random, hooks.encode("utf-8", "surrogatepass"), numbers))
    for words in random.sample(ACTIONS, 3):
        case.run(*words)


def quote(text):
    data = text.encode("utf-8", "surrogatepass")
    return '"' + "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03d}" for b in data) + '"'


def value(random, kind, example):
    chance = random.random()
    if chance < 0.04:
        return random.choice(values.NUMBERS)
    if chance < 0.1:
        return quote(values.text(random))
    if chance < 0.13:
        return program.expression(random, 2)
    if chance < 0.2:
        inner = value(random, kind, example)
        return f"osvc.per_node {{ {inner}, node1 = {value(random, kind, example)} }}"
    fitting = values.fitting(random, kind, example)
    if kind.startswith("integer") or kind == "true or false":
        return fitting
    if kind.startswith("list") and random.random() < 0.5:
        return "{ " + ", ".join(quote(word) for word in fitting.split()) + " }"
    return quote(fitting)


def fields(random, name, share=0.25):
    said = []
    for keyword, kind, required, example in references.keywords().get(name, []):
        if required and random.random() < 0.97 or random.random() < share:
            key = keyword if random.random() < 0.93 else f'["{keyword}@{random.choice(["node1", "nodes", "é", ""])}"]'
            said.append(f"{key} = {value(random, kind, example)}")
    return said


def resource(random):
    kind = random.choice(TYPES + ["app", "fs", "app"])
    said = fields(random, kind) + fields(random, "resource", 0.08)
    if random.random() < 0.1:
        trigger = random.choice(["pre_start", "post_stop", "blocking_pre_start", "pre_start@node1"])
        said.append(f'["{trigger}"] = {random.choice([quote("/bin/true"), function(random)])}')
    if kind == "app":
        said += [launcher(random) for _ in range(random.choice([0, 1, 1, 2, 3]))]
    number = random.choice(["", '"0" ', '"0" ', '"1" ', '"2" ', '"x" ', quote(values.text(random)) + " "])
    return f"osvc.{kind} {number}{{ " + ", ".join(said) + " }"


def launcher(random):
    name = random.choice(["a", "b", "c", "d", values.text(random)])
    said = [f"S = {random.choice(['10', '10', '20', 'false', '0', '99', '100', random.choice(values.NUMBERS)])}"]
    if random.random() < 0.3:
        said.append(f"{random.choice(['K', 'C'])} = {random.choice(['10', 'false', random.choice(values.NUMBERS)])}")
    daemon = random.random() < 0.4
    if daemon:
        said.append('cmd = { "/bin/sleep", "1" }')
    for action in ["start", "stop", "status", "info"]:
        if random.random() < 0.5 and not (daemon and action != "status"):
            said.append(f"{action} = {work(random, action)}")
    extras = {
        "timeout": '"5s"', "user": '"nobody"', "group": '"nogroup"', "env": '{ A = "b" }', "cwd": '"/"',
        "on_error": '"continue"', "pidfile": '"/run/a.pid"', "stop_signal": '"TERM"', "log": '"/tmp/a.log"',
    }
    for key in extras:
        if random.random() < 0.08:
            said.append(f"{key} = {random.choice([extras[key], extras[key], program.expression(random, 1)])}")
    return f"osvc.{'daemon' if daemon else 'launcher'} {quote(name)} {{ " + ", ".join(said) + " }"


def work(random, action):
    chance = random.random()
    if chance < 0.3:
        return '{ "/bin/true" }'
    if action == "status" and chance < 0.5:
        return check(random, 0)
    return function(random)


def check(random, depth):
    kind = random.choice(["pidfile", "process", "tcp", "http", "all", "any", "exec"])
    if depth < 3 and kind in ("all", "any"):
        inner = ", ".join(check(random, depth + 1) for _ in range(random.randint(0, 3)))
        return f"osvc.check.{kind} {{ {inner} }}"
    number = random.choice(["1", "1", "65535", random.choice(values.NUMBERS)])
    return {
        "pidfile": 'osvc.check.pidfile("/run/a.pid")',
        "process": f"osvc.check.process {{ exe = {quote(random.choice(['/bin/sleep', values.text(random)]))} }}",
        "http": f'osvc.check.http {{ url = "http://127.0.0.1:8042/{random.choice([0, 3, 1000, 250_000, 9_000_000])}", '
        f'timeout = "2s", body = {quote(random.choice(program.FORMATS + ["x", "x*", ".-y"]))} }}',
        "tcp": f'osvc.check.tcp {{ host = "127.0.0.1", port = {number}, timeout = "1s" }}',
    }.get(kind, 'osvc.check.exec { "/bin/true" }')


def function(random):
    return f"function(ctx) {program.block(random, True)} end"


def hook(random):
    said = [f'on = "{random.choice(references.moments())}"', f"run = function(ev) {program.block(random, True, 'ev')} end"]
    if random.random() < 0.3:
        said.append(f"order = {random.choice(values.NUMBERS)}")
    if random.random() < 0.3:
        said.append(f"resource = {quote(random.choice(['fs#*', '*', values.text(random)]))}")
    return 'osvc.hook "h" { ' + ", ".join(said) + " }"


def service(random):
    said = fields(random, "service", 0.12)
    said += [resource(random) for _ in range(random.randint(0, 5))]
    if random.random() < 0.2:
        said.append(hook(random))
    before = program.block(random, False) + "\n" if random.random() < 0.15 else ""
    return f'{HEAD}{before}return osvc.service "x" {{\n  ' + ",\n  ".join(said) + ",\n}\n"


def launcher_file(random):
    return f"{HEAD}return {launcher(random)}\n"
