"""A random service: what it is made of, and what of the machine has to be there while it is up."""

from dataclasses import dataclass, field

DEVICES = ["br0", "dummy0", "wire0"]


@dataclass
class Launcher:
    name: str
    kind: str  # daemon, program, call, spawn, classic, file
    place: int
    check: bool  # a daemon with a check of its own


@dataclass
class Resource:
    kind: str  # ip, loop, fs, flag, app
    number: str
    fields: dict
    optional: bool = False
    disabled: bool = False
    broken: bool = False  # cannot start; it is optional then
    launchers: list = field(default_factory=list)

    @property
    def rid(self):
        return "app" if self.kind == "app" else f"{self.kind}#{self.number}"


@dataclass
class Service:
    name: str
    form: str  # lua or env
    resources: list
    on_error: str
    parallel: bool
    classic: bool  # the rules of classic files
    hooks: list
    triggers: dict
    rollback_on_signal: bool

    @property
    def launchers(self):
        return [launcher for resource in self.resources for launcher in resource.launchers]

    def required(self):
        return [one for one in self.resources if not one.optional and not one.disabled]

    @property
    def goes_on(self):
        """Whether a start that passes over launchers that fail is a success."""
        return self.on_error == "continue"


def generate(random, number, images, worker):
    form = random.choice(["lua", "lua", "env"])
    resources = []
    # Each start of an address waits a second for an answer of another owner.
    for n in range(random.choice([0, 0, 0, 0, 1, 2])):
        resources.append(_address(random, n, worker))
    free = random.sample(images, len(images))
    for n in range(random.choice([0, 1, 1, 2, 3])):
        resources += _file_system(random, n, free, form)
    if random.random() < 0.3:
        resources.append(Resource("flag", "0", {"file": "/srv/flags/up"}))
    _spoil(random, resources)
    if random.random() < 0.85:
        resources.append(_application(random, form))
    classic = form == "env" and random.random() < 0.6
    on_error = random.choice(["abort", "abort", "continue"])
    return Service(
        name=f"s{number}", form=form, resources=resources, on_error=on_error,
        parallel=random.random() < 0.5, classic=classic,
        hooks=random.sample(["start.pre", "start.post", "stop.pre", "resource.start.post", "start.failed", "rollback.pre"],
                            random.choice([0, 0, 1, 2])) if form == "lua" else [],
        triggers={name: "/srv/bin/trigger" for name in random.sample(
            ["pre_start", "post_start", "blocking_pre_start", "blocking_post_start", "pre_stop", "post_stop"],
            random.choice([0, 0, 0, 0, 1, 2]))},
        rollback_on_signal=random.random() < 0.3,
    )


def _address(random, n, worker):
    if random.random() < 0.2:
        fields = {"ipname": f"fd59::{worker}:{n + 5}", "ipdev": "br0", "netmask": "64"}
    else:
        fields = {"ipname": f"10.59.{worker}.{random.randint(20, 60) + 60 * n}", "ipdev": random.choice(DEVICES),
                  "netmask": random.choice(["24", "255.255.255.0"])}
    return Resource("ip", str(n), fields)


def _file_system(random, n, free, form):
    mnt = f"/srv/mnt/{n}" if n == 0 or random.random() < 0.7 else f"/srv/mnt/0/{n}"
    kind = random.choice(["tmpfs", "bind", "image", "image"])
    if kind == "image" and free:
        name, path = free.pop()
        if random.random() < 0.4:
            return [Resource("loop", str(n), {"file": path}),
                    Resource("fs", str(n), {"type": name, "dev": path, "mnt": mnt})]
        return [Resource("fs", str(n), {"type": name, "dev": path, "mnt": mnt, "mnt_opt": "loop"})]
    if kind == "bind":
        return [Resource("fs", str(n), {"type": "none", "dev": f"/srv/other/{n}", "mnt": mnt, "mnt_opt": "bind"})]
    # The rules of classic files want a device that exists.
    device = "/dev/null" if form == "env" else "tmpfs"
    return [Resource("fs", str(n), {"type": "tmpfs", "dev": device, "mnt": mnt, "mnt_opt": "size=256k"})]


def _spoil(random, resources):
    """Some are optional, and cannot start; some are left out. Nothing may stand on those."""
    inner = {one.fields["mnt"] for one in resources if one.kind == "fs"}
    for one in resources:
        below = one.kind == "loop" or one.kind == "fs" and one.fields["mnt"] == "/srv/mnt/0" and len(inner) > 1
        if below or random.random() < 0.8:
            continue
        if random.random() < 0.4:
            one.disabled = True
            continue
        one.optional = True
        if one.kind == "fs" and one.fields.get("mnt_opt") == "bind" and random.random() < 0.6:
            one.broken = True
            one.fields["dev"] = "/srv/none"


def _application(random, form):
    kinds = ["classic", "file"] if form == "env" else ["daemon", "daemon", "program", "call", "spawn", "classic", "file"]
    names = "abcdef"
    launchers = [
        Launcher(names[n], random.choice(kinds), random.choice([10, 10, 20, 30]), random.random() < 0.4)
        for n in range(random.choice([1, 1, 2, 3, 4]))
    ]
    return Resource("app", "0", {"timeout": "3s"}, optional=random.random() < 0.1, launchers=launchers)
