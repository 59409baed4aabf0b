"""One run of a program under limits, and all that the kernel tells of it afterwards."""

import os
import select
import signal
import time
from dataclasses import dataclass


@dataclass
class Outcome:
    argv: list
    code: int | None  # None: ended by a signal
    signal: int  # 0: by itself
    seconds: float
    cpu: float
    peak: int  # bytes; of the largest process that was waited for
    out: bytes
    err: bytes
    stopped: bool  # by us: the time was over, or it was to be killed

    def describe(self):
        if self.signal:
            return f"signal {signal.Signals(self.signal).name}"
        return f"exit {self.code}"


class Running:
    """A program that was started, the leader of a session of its own; its output goes to files."""

    def __init__(self, argv, env, place, name="call", unread=False):
        self.argv = argv
        self.paths = [f"{place}/{name}.out", f"{place}/{name}.err"]
        mode = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        actions = [(os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)]
        actions += [(os.POSIX_SPAWN_OPEN, n + 1, path, mode, 0o600) for n, path in enumerate(self.paths)]
        self.ends = _full_pipe() if unread else []
        actions += [(os.POSIX_SPAWN_DUP2, self.ends[1], n) for n in (1, 2) if unread]
        self.began = time.monotonic()
        self.pid = os.posix_spawnp(
            argv[0], argv, env, file_actions=actions, setsid=True,
            setsigmask=[], setsigdef=[signal.SIGPIPE, signal.SIGXFSZ],
        )
        self.descriptor = os.pidfd_open(self.pid)

    def ends_within(self, seconds):
        poll = select.poll()
        poll.register(self.descriptor, select.POLLIN)
        return bool(poll.poll(max(0, seconds) * 1000))

    def send(self, number):
        signal.pidfd_send_signal(self.descriptor, number)

    def finish(self, seconds, last=signal.SIGKILL):
        """Waits for the end; sends `last` when the time is over."""
        stopped = not self.ends_within(self.began + seconds - time.monotonic())
        if stopped:
            self.send(last)
            if last != signal.SIGKILL and not self.ends_within(30):
                self.send(signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        seconds = time.monotonic() - self.began
        for descriptor in [self.descriptor, *self.ends]:
            os.close(descriptor)
        return Outcome(
            argv=self.argv,
            code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else None,
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            seconds=seconds,
            cpu=usage.ru_utime + usage.ru_stime,
            peak=usage.ru_maxrss * 1024,
            out=_head(self.paths[0]),
            err=_head(self.paths[1]),
            stopped=stopped,
        )


def _full_pipe():
    """Both ends of a pipe that nobody reads."""
    ends = os.pipe()
    os.set_blocking(ends[1], False)
    try:
        while True:
            os.write(ends[1], b"x" * 4096)
    except BlockingIOError:
        os.set_blocking(ends[1], True)
    return ends


def _head(path, limit=1 << 20):
    with open(path, "rb") as file:
        return file.read(limit)
