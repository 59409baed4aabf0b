"""What befalls a service in a long life; mixed into Life, which has the calls and the laws."""

import os
import signal
import time

import laws
import ledger
import machine
import write
from laws import LIMIT, Violation


class Accidents:
    def killed_sometime(self):
        delay = self.random.choice([0.001, 0.01, 0.03, 0.1, 0.4, 0.8]) * self.random.uniform(0.5, 1.5)
        sent = self.random.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT])
        self.killed(self.random.choice(["start", "start", "stop", "restart"]), delay, sent)
        if self.random.random() < 0.7:
            self.random.choice([self.stop, self.start])()

    def killed(self, action, delay, sent):
        """Ends osvc, and osvc alone, in the middle of an action."""
        outcome = self.begin("run", action).finish(delay, sent)
        self.say(f"run {action}, signal {sent.name} after {delay:.3f} s -> {outcome.describe()}")
        machine.reap()
        laws.of_any_call(outcome, sent)
        laws.never_twice()
        self.killed_at = time.monotonic()

    def both(self):
        """Two calls at once: one of them waits, or is refused."""
        actions = [self.random.choice(["start", "stop", "restart"]) for _ in range(2)]
        calls = [self.begin("run", action, "--waitlock", "20", name=f"call{n}") for n, action in enumerate(actions)]
        for running in calls:
            outcome = running.finish(2 * LIMIT)
            self.say(f"{running.argv[-3]}, of two at once -> {outcome.describe()} in {outcome.seconds:.2f} s")
            laws.of_any_call(outcome, 0)
        machine.reap()
        laws.never_twice()

    def dead_daemon(self):
        alive = sorted(self.running())
        if not alive:
            return
        name = self.random.choice(alive)
        ledger.kill(name)
        self.say(f"the daemon of {name} dies")
        until = time.monotonic() + 1
        while ledger.is_alive(name) and time.monotonic() < until:
            time.sleep(0.005)
        machine.reap()
        self.never_up_when_missing()

    def lost_record(self):
        directory = f"{machine.ROOT}/var/{self.service.name}"
        gone = [name for name in (os.listdir(directory) if os.path.isdir(directory) else []) if name.endswith(".pid")]
        for name in gone:
            os.remove(f"{directory}/{name}")
        self.say(f"removed: {' '.join(gone)}")

    def somebody_else(self):
        """Takes away an address or a mount by hand."""
        lines = [line.split() for line in machine.snapshot(self.label) if line not in self.pristine]
        if mounts := [words[1] for words in lines if words[0] == "mount"]:
            machine.quietly("umount", self.random.choice(mounts))
        elif addresses := [words for words in lines if words[0] == "address"]:
            machine.quietly("ip", "addr", "del", addresses[0][2], "dev", addresses[0][1])
        self.say("a mount or an address is taken away")
        self.never_up_when_missing()

    def full_disk(self):
        """Leaves var a few pages, or none."""
        path = f"{machine.ROOT}/var/.filler"
        try:
            with open(path, "wb", buffering=0) as file:
                while file.write(b"x" * 4096) == 4096:
                    pass
        except OSError:
            pass  # it is full
        if not os.path.exists(path):
            return
        pages = self.random.choice([0, 0, 1, 1, 2, 3, 5])
        os.truncate(path, max(0, os.path.getsize(path) - pages * 4096))
        self.say(f"var has {pages} pages left")
        self.trouble, before = True, self.trouble
        self.random.choice([self.start, self.stop, self.start])()
        if self.random.random() < 0.5:
            self.random.choice([self.start, self.stop, self.look])()
        os.remove(path)
        self.trouble = before
        self.say("var has room again")

    def edited_file(self):
        place = write.path(self.service)
        if self.random.random() < 0.5:
            comment = "-- " if self.service.form == "lua" else "# "
            write.write(self.service, f"{comment}changed\n")
            self.say("the file has another comment")
            return
        broken = self.random.choice(["return osvc.", "[fs#0\n=", "", "x" * 5000, "\0"])
        write.save(place, broken)
        self.say(f"the file is broken: {broken[:20]!r}")
        before = machine.snapshot(self.label)
        for words in [["run", "start"], ["run", "print", "status"], ["run", "stop"]]:
            if broken or words[1] == "print":
                outcome = self.call(*words)
                if outcome.code == 0 and broken and self.service.form == "lua":
                    raise Violation("a broken file is refused", f"{' '.join(words)} exited 0")
        if not self.is_recent() and not self.dying:
            laws.unchanged(before, machine.snapshot(self.label), "a broken file changes nothing", broken[:20])
        write.write(self.service)

    def killed_while_slow(self):
        """Ends osvc while a script of a launcher still runs, which goes on then."""
        slow = [one for one in self.service.launchers if one.kind in ("program", "call", "classic")]
        if not slow:
            return
        action = self.random.choice(["start", "start", "stop"])
        if action == "start":
            self.stop()
        launcher = self.random.choice(slow)
        mode = self.random.choice(["slow0.7", "late0.7"] if action == "start" else ["slow0.7"])
        ledger.set_mode(launcher.name, action, mode)
        self.say(f"{launcher.name}: {action} {mode}")
        self.killed(action, self.random.uniform(0.1, 0.6), signal.SIGKILL)
        ledger.set_mode(launcher.name, action, None)
        self.random.choice([self.start, self.stop])()

    def bomb(self):
        """A start that never comes back from one call of Lua; what it brought up can be stopped."""
        able = [one.name for one in self.service.launchers if one.kind == "call"]
        if not able or self.bad_stop:
            return
        self.stop()
        name = self.random.choice(able)
        ledger.set_mode(name, "bomb", "1")
        self.say(f"{name}: its start never comes back")
        self.call("run", "start")
        ledger.set_mode(name, "bomb", None)
        self.surely("stop")
        laws.nothing_left(self.label, self.pristine, "a stop after a start that was ended")

    def unread(self):
        """Nobody reads what osvc says: an action ends all the same."""
        action = self.random.choice(["start", "stop"])
        outcome = self.begin("run", action, "--debug", unread=True).finish(LIMIT)
        self.say(f"run {action} --debug, unread -> {outcome.describe()} in {outcome.seconds:.2f} s")
        machine.reap()
        laws.of_any_call(outcome, 0)
        laws.never_twice()

    def odd_lock(self):
        """Something else is where the lock should be: a stop is possible all the same."""
        place = f"{machine.ROOT}/var/lock/{self.service.name}"
        machine.quietly("rm", "-rf", place)
        kind = self.random.choice(["directory", "link", "fifo"])
        if kind == "directory":
            os.mkdir(place)
        elif kind == "link":
            os.symlink("/srv/none/lock", place)
        else:
            os.mkfifo(place)
        self.say(f"the lock is a {kind}")
        outcome = self.call("run", "stop")
        if outcome.code != 0 and not self.bad_stop and not self.trouble:
            raise Violation("a stop is always possible", f"the lock is a {kind}: {laws.tail(outcome)}")
        machine.quietly("rm", "-rf", place)
