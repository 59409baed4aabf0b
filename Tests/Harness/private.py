"""Runs this program again in namespaces of its own, where nothing of the machine can be changed.

Inside, /srv is a small file system in memory: bin has osvc under all its names, found leads to a
directory outside where findings are kept. /tmp, /run and the like are empty; all else is read-only.
"""

import os
import shutil
import subprocess
import sys

NAMES = [
    "svcmgr", "svcmon", "nodemgr", "allservices", "allupservices", "allprimaryservices",
    "allsecondaryservices", "svcfreeze", "svcthaw", "svcfrozen",
]
# Not /opt itself, where the libraries of a debug program may be.
EMPTY = ["/tmp", "/run", "/var/tmp", "/opt/opensvc", "/dev/shm", "/home"]


def workers(script, program, found, arguments):
    """Starts `script` once for each of `arguments`, each in namespaces of its own."""
    os.makedirs(found, exist_ok=True)
    command = [
        "unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
        "--mount-proc", "--propagation", "private", sys.executable, script, "--inside", program, found,
    ]
    return [subprocess.Popen(command + [str(word) for word in words]) for words in arguments]


def may_be_entered():
    done = subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"], capture_output=True)
    return done.returncode == 0


def enter(program, found, memory="2G"):
    mount("-t", "tmpfs", "-o", f"mode=755,size={memory}", "tmpfs", "/srv")
    for name in ["bin", "found", "out", "home"]:
        os.mkdir(f"/srv/{name}")
    mount("--bind", found, "/srv/found")
    shutil.copy(program, "/srv/bin/osvc")
    os.chmod("/srv/bin/osvc", 0o755)
    for name in NAMES:
        os.symlink("osvc", f"/srv/bin/{name}")
    subprocess.run(["hostname", "node1"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    _make_read_only()
    for path in filter(os.path.isdir, EMPTY):
        mount("-t", "tmpfs", "-o", "mode=1777,size=64m", "tmpfs", path)
    # As every machine has them: LVM's tools, which a look at a volume group asks, make them otherwise.
    for name in ["lock", "lvm"]:
        os.mkdir(f"/run/{name}", 0o755)
    os.chdir("/srv")


def _make_read_only():
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        points = [line.split()[4] for line in file]
    for point in points:
        if not point.startswith(("/srv", "/proc", "/dev")):
            # What cannot be is left alone: the namespace is private anyway.
            subprocess.run(["mount", "-o", "remount,bind,ro", point], capture_output=True, check=False)


def mount(*words):
    subprocess.run(["mount", *words], check=True)


def strangers():
    """What was written where nobody should write."""
    seen = []
    for path in EMPTY + ["/srv/home", "/srv/out"]:
        if os.path.isdir(path):
            seen += [f"{path}/{name}" for name in os.listdir(path) if not name.startswith("call.")]
    return seen
