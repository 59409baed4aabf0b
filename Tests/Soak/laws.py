"""What has to hold after each call, whatever came before."""

import ipaddress
import json
import os
import re
import time

import ledger
import machine

CODES = {0, 1, 2, 64, 130}
STATUS_CODES = CODES | set(range(10))
# Seconds: longer than any script here takes, with the 10 s that osvc gives a launcher to report itself up.
LIMIT = 45
TRACES = re.compile(rb"Fatal error|\*\*\* |Illegal instruction|AddressSanitizer")


class Violation(Exception):
    def __init__(self, law, detail):
        super().__init__(f"{law}: {detail}")
        self.law, self.detail = law, detail


def of_any_call(outcome, sent):
    """`sent`: the signal that we sent, or 0."""
    what = " ".join(os.path.basename(word) for word in outcome.argv)
    if outcome.stopped and not sent:
        raise Violation("each call ends in time", f"{what}: {outcome.seconds:.1f} s: {tail(outcome)}")
    if outcome.signal and outcome.signal != sent:
        raise Violation("no death by a signal", f"{what}: {outcome.describe()}: {tail(outcome)}")
    if not outcome.signal and outcome.code not in (STATUS_CODES if "status" in outcome.argv else CODES):
        raise Violation("exit codes are documented", f"{what}: {outcome.describe()}: {tail(outcome)}")
    if TRACES.search(outcome.err):
        raise Violation("no message of a runtime", tail(outcome))


def never_twice():
    if seen := ledger.overlaps():
        raise Violation("no launcher runs twice at once", seen[0])


def missing(service, excused=()):
    """What is required and not there, by itself and not by what osvc says."""
    mounts = {}
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        for line in file:
            words = line.split()
            mounts[words[4]] = words[words.index("-") + 1]
    addresses = {line.split()[2] for line in machine.snapshot("-") if line.startswith("address ")}
    addresses = {ipaddress.ip_interface(text).ip for text in addresses}
    lacking = []
    for one in service.required():
        fields = one.fields
        there = {
            "ip": lambda: ipaddress.ip_address(fields["ipname"]) in addresses,
            "fs": lambda: fields["mnt"] in mounts,
            "loop": lambda: fields["file"] in machine.loops(os.path.basename(fields["file"])).values(),
            "flag": lambda: os.path.exists(fields["file"]),
            "app": lambda: True,
        }[one.kind]()
        if not there:
            lacking.append(one.rid)
        lacking += [f"launcher {each.name}" for each in one.launchers
                    if each.name not in excused and not ledger.is_alive(each.name)]
    return lacking


def up_after_start(service, status, excused, what):
    if lacking := missing(service, excused):
        raise Violation("start success = up", f"{what} exited 0, and these are not there: {', '.join(lacking)}")
    if excused:
        return
    for rid, said in status["resources"].items():
        if not said["optional"] and not said["disable"] and said["status"] not in ("up", "n/a", "stdby up"):
            raise Violation("start success = up", f"{what} exited 0, and {rid} is {said['status']}: {said['log']}")


def nothing_left(label, pristine, what, patience=0.0):
    """Nothing is there; and nothing comes, when something that a killed call left might still do so."""
    begun = time.monotonic()
    until = begun + patience
    while True:
        left = difference(pristine, machine.snapshot(label))
        if left:
            # The kernel lets go of an image a moment after its file system was unmounted.
            if time.monotonic() < begun + 2 and all(line.startswith("+ loop ") for line in left.split("; ")):
                time.sleep(0.05)
                continue
            raise Violation("stop success = down and nothing left", f"{what} exited 0: {left}")
        if time.monotonic() >= until:
            return
        time.sleep(0.1)


def unchanged(before, after, law, what):
    if changes := difference(before, after):
        raise Violation(law, f"{what}: {changes}")


def difference(before, after):
    gone = [f"- {line}" for line in before if line not in after]
    new = [f"+ {line}" for line in after if line not in before]
    return "; ".join(gone + new)


def parsed(outcome):
    try:
        return json.loads(outcome.out)
    except ValueError:
        return None


def tail(outcome):
    return outcome.err.decode("utf-8", "replace").strip()[-300:].replace("\n", " / ")
