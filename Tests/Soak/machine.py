"""What a service changes on a machine, and a machine of the soak's own to change: disks, interfaces."""

import glob
import os
import signal
import subprocess
import time

from ledger import install
from private import mount

ROOT = "/srv/root"
IMAGES = "/srv/image"
SIZES = {"ext4": "16M", "xfs": "300M", "btrfs": "120M"}


def quietly(*words):
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


def run(*words):
    subprocess.run(words, check=True, capture_output=True)


def build(label):
    """Makes interfaces and images; the images' names are of this worker alone, since loop devices are not."""
    for name in ["image", "mnt", "flags", "ledger", "other", "root"]:
        os.mkdir(f"/srv/{name}")
    for n in range(4):
        os.mkdir(f"/srv/other/{n}")
    install()
    run("ip", "link", "add", "br0", "type", "bridge")
    run("ip", "link", "add", "port0", "type", "veth", "peer", "name", "wire0")
    run("ip", "link", "set", "port0", "master", "br0")
    if not quietly("ip", "link", "add", "dummy0", "type", "dummy"):
        run("ip", "link", "add", "dummy0", "type", "veth", "peer", "name", "dummy1")
        run("ip", "link", "set", "dummy1", "up")
    for number, name in enumerate(["br0", "wire0", "port0", "dummy0"]):
        # Addresses that come by themselves would be changes.
        _write(f"/proc/sys/net/ipv6/conf/{name}/addr_gen_mode", "1")
        run("ip", "link", "set", name, "up")
        if name != "port0":
            run("ip", "addr", "add", f"10.59.250.{number + 1}/32", "dev", name)
    images = []
    for kind, size in SIZES.items():
        for copy in range(2 if kind == "ext4" else 1):
            path = f"{IMAGES}/{label}-{kind}-{copy}.img"
            if _format(path, kind, size):
                images.append((kind, path))
    return images


def _format(path, kind, size):
    run("truncate", "-s", size, path)
    force = "-F" if kind == "ext4" else "-f"
    if not quietly(f"mkfs.{kind}", "-q", force, path) or not quietly("mount", "-o", "loop", path, "/srv/mnt"):
        print(f"soak: {kind} is left out: no mkfs.{kind}, or the kernel cannot mount it", flush=True)
        os.remove(path)
        return False
    run("umount", "/srv/mnt")
    return True


def _write(path, text):
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError:
        pass


def snapshot(label):
    """Lines, so that two of them are compared as text is."""
    lines = []
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if words[4].startswith("/srv"):
                at = words.index("-")
                lines.append(f"mount {words[4]} {words[at + 1]} {words[at + 2].replace('/dev/loop', 'loop')}")
    for line in subprocess.run(["ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split()
        lines.append(f"address {words[1]} {words[3]}")
    for path in loops(label).values():
        lines.append(f"loop {path}")
    lines += [f"file {path}" for path in glob.glob("/srv/flags/*")]
    for pid, command in processes().items():
        lines.append(f"process {pid} {command}")
    return sorted(lines)


def loops(label):
    found = {}
    for path in glob.glob("/sys/block/loop*/loop/backing_file"):
        try:
            with open(path, encoding="utf-8") as file:
                backing = file.read().strip()
        except OSError:
            continue
        name = os.path.basename(backing)
        # The label of worker 1 begins that of worker 10.
        if name == label or name.startswith(f"{label}-"):
            found[f"/dev/{path.split('/')[3]}"] = backing
    return found


def processes():
    """All of this namespace but the soak itself, which is the first."""
    reap()
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    command = file.read().replace(b"\0", b" ").decode("utf-8", "replace").strip()
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    state = file.read().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if state != "Z":
                found[int(name)] = command
    return found


def reap():
    """Waits for what lost its parents; only while no call is under way."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def state_files():
    """What osvc keeps, but for the stamp that says that a classic file was looked at."""
    lines = []
    for directory, _, names in os.walk(f"{ROOT}/var"):
        for name in names:
            if name.endswith(".push"):
                continue
            path = f"{directory}/{name}"
            seen = os.lstat(path)
            lines.append(f"{path} {seen.st_size} {seen.st_mtime_ns}")
    return sorted(lines)


def clear(label):
    """Whatever a service left, so that the next one begins on a clean machine."""
    for _ in range(3):
        for pid in processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.01)
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    for point in sorted(points, reverse=True):
        if point.startswith("/srv/mnt") or point.startswith(ROOT):
            quietly("umount", "-l", point)
    detach(label)
    for line in subprocess.run(["ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout.splitlines():
        words = line.split()
        if words[1] != "lo" and not words[3].startswith("10.59.250."):
            quietly("ip", "addr", "del", words[3], "dev", words[1])
    for path in ["/srv/mnt", "/srv/flags", "/srv/ledger", ROOT]:
        quietly("find", path, "-mindepth", "1", "-delete")
    for name in ["etc", "log", "tmp", "var"]:
        os.makedirs(f"{ROOT}/{name}", exist_ok=True)
    mount("-t", "tmpfs", "-o", "mode=755,size=256k", "tmpfs", f"{ROOT}/var")
    os.makedirs(f"{ROOT}/var/lock", exist_ok=True)


def detach(label):
    for device in loops(label):
        quietly("losetup", "-d", device)
