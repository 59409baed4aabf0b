"""Runs a case and says what of it must not be."""

import os
import re
import shutil
import stat
import sys
from dataclasses import dataclass
from resource import RUSAGE_SELF, getrusage

import case as cases
from call import Running
from private import strangers

ROOT = "/srv/root"
# By their paths: the program gets any PATH.
PRLIMIT, SETPRIV = shutil.which("prlimit"), shutil.which("setpriv")
# osvc's own (ExitCode.swift), and 64, which tells cluster engines of a wrong call.
CODES = {0, 1, 2, 64}
# The numbers of the statuses.
STATUS_CODES = CODES | set(range(10))
ACTIONS = {b"check", b"plan", b"run", b"convert", b"equiv", b"status", b"json_status", b"set", b"create", b"update", b"get"}
TRACES = re.compile(
    rb"Fatal error|AddressSanitizer|Swift/|\*\*\* |Illegal instruction|stack smashing|double free"
    rb"|malloc\(\)|free\(\)|Simultaneous access|Assertion"
)


@dataclass
class Bounds:
    seconds: float = 10
    memory: int = 200 << 20
    # What a script waits for is no fault of osvc.
    patience: float = 40


@dataclass
class Finding:
    kind: str
    words: list
    detail: str

    @property
    def signature(self):
        """The same fault has the same, so that it is told once."""
        shape = self.detail.split(":")[0] if self.kind == "signal" else re.sub(r"\d+", "N", self.detail)[:60]
        told = [word.decode() for word in self.words[1:] if word in ACTIONS]
        return f"{self.kind} | {' '.join(told[:2])} | {shape}"


def judge(case, bounds):
    case.lay_out(ROOT)
    findings = []
    for words in case.runs:
        findings += run(case, words, bounds)
        if findings:
            break
    return findings


def run(case, words, bounds):
    before = set(strangers())
    outcome = perform(case, words, bounds)
    findings = []

    def found(kind, detail):
        findings.append(Finding(kind, words, detail))

    if outcome.code == 127 and b"shared libraries" in outcome.err:
        sys.exit(f"fuzz: the program cannot run here: {_last_line(outcome.err)}")
    trace = TRACES.search(outcome.err)
    if outcome.cpu > bounds.seconds:
        found("slow", f"{outcome.cpu:.0f} s of processor time")
    elif outcome.stopped or outcome.seconds > bounds.seconds and outcome.cpu > bounds.seconds / 2:
        if outcome.cpu > 1 or not _may_wait(case):
            found("slow", f"{outcome.seconds:.0f} s, {outcome.cpu:.1f} s of processor time")
    elif outcome.signal:
        found("signal", f"{outcome.describe()}: {_last_line(outcome.err)}")
    elif outcome.code not in _documented(case, words):
        found("exit code", f"{outcome.describe()}: {_last_line(outcome.err)}")
    elif trace:
        found("runtime message", _line_of(outcome.err, trace.start()))
    # A process begins with the peak of the one that it came from.
    if outcome.peak > max(bounds.memory, 1024 * getrusage(RUSAGE_SELF).ru_maxrss):
        found("memory", f"{outcome.peak >> 20} MB")
    if new := set(strangers()) - before:
        found("written outside", " ".join(sorted(new)))
        for path in new:
            _remove(path)
    return findings


def perform(case, words, bounds):
    program = os.fsdecode(words[0])
    if "/" not in program:
        program = f"/srv/bin/{program}"
    if not os.path.lexists(program):
        os.symlink("osvc", program)
    prefix = [PRLIMIT, f"--cpu={int(bounds.seconds * 1.5) + 1}"]
    if case.fsize is not None:
        prefix.append(f"--fsize={case.fsize}")
    if case.user != "root":
        prefix += [SETPRIV, f"--reuid={cases.NOBODY}", f"--regid={cases.NOBODY}", "--clear-groups"]
    env = {
        "PATH": "/srv/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/srv/home", "OSVC_ROOT": ROOT,
        "SWIFT_BACKTRACE": "enable=no", "TZ": "UTC", "no_proxy": "*",
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=0:exitcode=99:allocator_may_return_null=1",
    } | case.env
    os.chdir(f"{ROOT}/etc")
    running = Running([*prefix, program, *words[1:]], env, "/srv/out")
    outcome = running.finish(bounds.patience)
    os.chdir("/srv")
    return outcome


def _documented(case, words):
    if b"status" in words:
        return STATUS_CODES
    if words[0] != b"osvc" or b"svc" in words:
        # The classic programs count the services that failed.
        services = [path for path in case.files if re.fullmatch(r"etc/\w+\.(lua|env)", path)]
        return CODES | set(range(len(services) + 2))
    return CODES


def _may_wait(case):
    text = b"".join(content for content, _ in case.files.values())
    fifo = any(word == "fifo" for word, _, _ in case.specials)
    return not fifo and re.search(rb"sleep|wait_until|tcp|http|exec|probe|status|resolve", text)


def _last_line(text):
    lines = text.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _line_of(text, at):
    return text[text.rfind(b"\n", 0, at) + 1:].split(b"\n")[0].decode("utf-8", "replace")[:200]


def _remove(path):
    if stat.S_ISDIR(os.lstat(path).st_mode):
        os.system(f"rm -rf '{path}'")
    else:
        os.remove(path)
