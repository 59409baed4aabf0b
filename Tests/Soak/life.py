"""One service from its first start to its last stop: random deeds, and after each the laws."""

import os
import signal
import time

import laws
import ledger
import machine
import write
from call import Running
from laws import Violation

PROGRAM = "/srv/bin/osvc"
ENVIRONMENT = {"PATH": "/srv/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/srv/home", "OSVC_ROOT": machine.ROOT,
               "SWIFT_BACKTRACE": "enable=no", "TZ": "UTC", "no_proxy": "*"}
# Seconds: longer than any script here takes, with the 10 s that osvc gives a launcher to report itself up.
LIMIT = 30
# After this long nothing that a killed call left is still at work.
SETTLED = 1.3
START_MODES = ["slow0.3", "late0.3", "slow0.7", "fail", "then-fail", "hang"]
STOP_MODES = ["slow0.3", "fail", "hang"]
LIVES = ["0.02", "0.1", "0.3", "0.6", "0.9"]


class Life:
    def __init__(self, service, random, label, say):
        self.service, self.random, self.label, self.say = service, random, label, say
        self.pristine = machine.snapshot(label)
        self.bad_start, self.bad_stop, self.dying = set(), set(), set()
        self.trouble = False  # hooks or triggers fail, the disk is full, the file is broken
        self.killed_at = -100.0
        self.disturbed = False  # something is not as a whole start or stop left it
        write.write(service)

    # MARK: Calls

    def begin(self, *words, name="call"):
        argv = [PROGRAM, *words]
        if words[0] == "run":
            argv = [PROGRAM, "run", write.path(self.service), *words[1:]]
        elif words[0] == "plan":
            argv = [PROGRAM, "plan", write.path(self.service), *words[1:]]
        elif words[0] == "svcmon":
            argv = ["/srv/bin/svcmon", *words[1:]]
        os.chdir("/srv")
        return Running(argv, ENVIRONMENT, "/srv/out", name)

    def call(self, *words):
        outcome = self.begin(*words).finish(LIMIT + 40)
        self.say(f"{' '.join(words)} -> {outcome.describe()} in {outcome.seconds:.2f} s")
        machine.reap()
        laws.of_any_call(outcome, 0, LIMIT)
        laws.never_twice()
        return outcome

    def status(self):
        outcome = self.call("run", "json", "status")
        return laws.parsed(outcome)

    # MARK: Deeds

    def start(self, *options, action="start"):
        before, recent = machine.snapshot(self.label), self.is_recent()
        outcome = self.call("run", action, *options)
        what = " ".join(["run", action, *options])
        if outcome.code == 0 and not options:
            self.disturbed = False
            excused = self.excused()
            status = self.status()
            if status is None:
                raise Violation("a status of a service that has started", what)
            if not self.dying & self.running():
                laws.up_after_start(self.service, status, excused, what)
            elif not self.service.goes_on:
                time.sleep(1)
                laws.up_after_start(self.service, status, excused, f"{what} (a second ago)")
        elif outcome.code != 0 and action == "start" and not self.bad_stop and not recent and not self.dying:
            after = machine.snapshot(self.label)
            laws.unchanged(before, after, "a failed start leaves what was there", f"{what}: {laws.tail(outcome)}")
        self.never_up_when_missing()

    def stop(self, *options):
        recent = self.is_recent()
        outcome = self.call("run", "stop", *options)
        if outcome.code == 0 and not options:
            self.disturbed = False
            laws.nothing_left(self.label, self.pristine, "stop", SETTLED if recent else 0)
            self.killed_at = -100.0
            status = self.status()
            if status and status["overall"] not in ("down", "n/a", "undef") and self.service.resources:
                raise Violation("stop success = down and nothing left", f"the status is {status['overall']}")

    def restart(self):
        self.start(action="restart")

    def partly(self):
        rid = self.random.choice(self.service.resources).rid if self.service.resources else "fs#0"
        if self.random.random() < 0.5:
            self.start("--rid", rid)
        else:
            self.stop("--rid", rid)
        self.disturbed = True

    def look(self):
        words = self.random.choice([
            ["run", "print", "status"], ["run", "json", "status"], ["run", "status"], ["svcmon"], ["plan", "start"],
            ["plan", "stop", "-o", "json"], ["run", "start", "--dry-run"], ["run", "stop", "--dry-run"],
            ["run", "restart", "--dry-run"], ["plan", "restart"],
        ])
        if self.is_recent() or self.dying & self.running():
            self.call(*words)
            return
        before, files = machine.snapshot(self.label), machine.state_files()
        self.call(*words)
        law = "a look changes nothing"
        laws.unchanged(before, machine.snapshot(self.label), law, " ".join(words))
        laws.unchanged(files, machine.state_files(), law, " ".join(words))

    def killed(self):
        """Ends osvc, and osvc alone, in the middle of an action."""
        action = self.random.choice(["start", "start", "stop", "restart"])
        delay = self.random.choice([0.001, 0.01, 0.03, 0.1, 0.4, 0.8]) * self.random.uniform(0.5, 1.5)
        sent = self.random.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT])
        outcome = self.begin("run", action).finish(delay, sent)
        self.say(f"run {action}, signal {sent.name} after {delay:.3f} s -> {outcome.describe()}")
        machine.reap()
        laws.of_any_call(outcome, sent, LIMIT)
        laws.never_twice()
        self.killed_at = time.monotonic()
        self.disturbed = True
        if self.random.random() < 0.7:
            self.random.choice([self.stop, self.start])()

    def both(self):
        """Two calls at once: one of them waits, or is refused."""
        actions = [self.random.choice(["start", "stop", "restart"]) for _ in range(2)]
        calls = [self.begin("run", action, "--waitlock", "20", name=f"call{n}") for n, action in enumerate(actions)]
        for running in calls:
            outcome = running.finish(2 * LIMIT + 40)
            self.say(f"{running.argv[-3]}, of two at once -> {outcome.describe()} in {outcome.seconds:.2f} s")
            laws.of_any_call(outcome, 0, 2 * LIMIT)
        machine.reap()
        laws.never_twice()
        self.disturbed = True

    def dead_daemon(self):
        alive = sorted(self.running())
        if alive:
            name = self.random.choice(alive)
            ledger.kill(name)
            self.say(f"the daemon of {name} dies")
            self.disturbed = True
            while ledger.is_alive(name):
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
        self.disturbed = True
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

    def mood(self):
        """Launchers behave otherwise from now on."""
        for launcher in self.service.launchers:
            start = self.random.choice([None, None, *START_MODES]) if launcher.kind not in ("daemon", "file", "spawn") else None
            stop = self.random.choice([None, None, None, *STOP_MODES]) if launcher.kind not in ("daemon", "file") else None
            life = self.random.choice([None, None, *LIVES])
            for action, mode in [("start", start), ("stop", stop), ("daemon", life)]:
                ledger.set_mode(launcher.name, action, mode)
            self._note(launcher, start, stop, life)
        if self.random.random() < 0.2:
            write.save(f"{ledger.LEDGER}/{self.random.choice(['refuse', 'trigger-fails'])}", "")
            self.trouble = True
            self.say("hooks refuse or triggers fail")

    def _note(self, launcher, start, stop, life):
        name = launcher.name
        self.bad_start.discard(name)
        self.bad_stop.discard(name)
        self.dying.discard(name)
        if start in ("fail", "then-fail", "hang") or life:
            self.bad_start.add(name)
        if stop in ("fail", "hang"):
            self.bad_stop.add(name)
        if life:
            self.dying.add(name)
        if start or stop or life:
            self.say(f"{name}: start {start or 'well'}, stop {stop or 'well'}, lives {life or 'on'}")

    def calm(self):
        """All goes well again."""
        for launcher in self.service.launchers:
            for action in ["start", "stop", "daemon"]:
                ledger.set_mode(launcher.name, action, None)
        for name in ["refuse", "trigger-fails"]:
            if os.path.exists(f"{ledger.LEDGER}/{name}"):
                os.remove(f"{ledger.LEDGER}/{name}")
        # Daemons that were to die have time to do so.
        time.sleep(1 if self.dying else 0)
        self.bad_start, self.bad_stop, self.dying, self.trouble = set(), set(), set(), False
        self.say("all goes well again")

    # MARK: Helpers

    def excused(self):
        """Launchers that need not be up after a start that succeeded."""
        optional = any(one.kind == "app" and one.optional for one in self.service.resources)
        if optional or self.service.goes_on and self.trouble:
            return {one.name for one in self.service.launchers}
        return self.bad_start if self.service.goes_on else set()

    def running(self):
        return {one.name for one in self.service.launchers if ledger.is_alive(one.name)}

    def is_recent(self):
        return time.monotonic() - self.killed_at < 5

    def never_up_when_missing(self):
        if self.dying or self.is_recent():
            return
        lacking = laws.missing(self.service, self.bad_start)
        status = self.status()
        if lacking and status and status["overall"] == "up" and any(not name.startswith("launcher") or True for name in lacking):
            raise Violation("up is up", f"the status is up, and these are not there: {', '.join(lacking)}")

    DEEDS = [(start, 5), (stop, 4), (restart, 1), (partly, 1), (look, 3), (killed, 3), (both, 1), (dead_daemon, 2),
             (lost_record, 1), (somebody_else, 1), (full_disk, 1), (edited_file, 1), (mood, 3), (calm, 1)]

    def live(self, count):
        deeds, weights = zip(*self.DEEDS)
        self.surely("start")
        self.start()
        for _ in range(count):
            self.random.choices(deeds, weights)[0](self)
        self.calm()
        recent = self.is_recent()
        self.surely("stop")
        laws.nothing_left(self.label, self.pristine, "the last stop", SETTLED if recent else 0)
        self.surely("start")
        self.surely("stop")
        laws.nothing_left(self.label, self.pristine, "the last stop")

    def surely(self, action):
        outcome = self.call("run", action)
        if outcome.code != 0:
            raise Violation(f"a {action} with nothing in its way succeeds", laws.tail(outcome))
