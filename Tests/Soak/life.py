"""One service from its first start to its last stop: random deeds, and after each the laws."""

import os
import time

import laws
import ledger
import machine
import write
from accidents import Accidents
from call import Running
from laws import LIMIT, Violation
from moods import Moods

PROGRAM = "/srv/bin/osvc"
ENVIRONMENT = {"PATH": "/srv/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/srv/home", "OSVC_ROOT": machine.ROOT,
               "SWIFT_BACKTRACE": "enable=no", "TZ": "UTC", "no_proxy": "*"}
# After this long nothing that a killed call left is still at work.
SETTLED = 1.3


class Life(Accidents, Moods):
    def __init__(self, service, random, label, say):
        self.service, self.random, self.label, self.say = service, random, label, say
        self.pristine = machine.snapshot(label)
        # Names of launchers: those whose start or stop fails, who die by themselves, who say down and are not.
        self.bad_start, self.bad_stop, self.dying, self.ill = set(), set(), set(), set()
        self.trouble = False  # hooks or triggers fail, the disk is full, the file is broken
        self.killed_at = -100.0
        write.write(service)

    # MARK: Calls

    def begin(self, *words, name="call", unread=False):
        argv = [PROGRAM, *words]
        if words[0] == "run":
            argv = [PROGRAM, "run", write.path(self.service), *words[1:]]
        elif words[0] == "plan":
            argv = [PROGRAM, "plan", write.path(self.service), *words[1:]]
        elif words[0] == "svcmon":
            argv = ["/srv/bin/svcmon", *words[1:]]
        os.chdir("/srv")
        return Running(argv, ENVIRONMENT, "/srv/out", name, unread)

    def call(self, *words):
        outcome = self.begin(*words).finish(LIMIT)
        self.say(f"{' '.join(words)} -> {outcome.describe()} in {outcome.seconds:.2f} s")
        machine.reap()
        laws.of_any_call(outcome, 0)
        laws.never_twice()
        return outcome

    def status(self):
        outcome = self.call("run", "json", "status")
        return laws.parsed(outcome)

    # MARK: Deeds

    def start(self, *options, action="start"):
        before, recent, unseen = machine.snapshot(self.label), self.is_recent(), self.unseen()
        outcome = self.call("run", action, *options)
        what = " ".join(["run", action, *options])
        if outcome.code == 0 and not options:
            excused = self.excused()
            status = self.status()
            if status is None:
                raise Violation("a status of a service that has started", what)
            laws.up_after_start(self.service, status, excused, what)
            if self.dying - excused:
                time.sleep(1)
                laws.up_after_start(self.service, status, excused, f"{what} (a second ago)")
        elif outcome.code != 0 and action == "start" and not (self.bad_stop or self.dying or recent or unseen):
            after = machine.snapshot(self.label)
            laws.unchanged(before, after, "a failed start leaves what was there", f"{what}: {laws.tail(outcome)}")
        self.never_up_when_missing()

    def stop(self, *options):
        recent = self.is_recent()
        outcome = self.call("run", "stop", *options)
        if outcome.code == 0 and not options:
            if self.ill or self.passes_over_stops():
                return
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

    # MARK: Helpers

    def excused(self):
        """Launchers that need not be up after a start that succeeded."""
        optional = any(one.kind == "app" and one.optional for one in self.service.resources)
        if optional or self.service.goes_on and self.trouble:
            return {one.name for one in self.service.launchers}
        # osvc watches a daemon for a moment; what answered its own check was up.
        watched = {one.name for one in self.service.launchers if one.kind in ("daemon", "file") and not one.check}
        return (self.bad_start if self.service.goes_on else set()) | self.dying - watched

    def unseen(self):
        """Launchers that run and say that they are down; of what is no daemon nothing else is known."""
        programs = {one.name for one in self.service.launchers if one.kind not in ("daemon", "file")}
        return self.ill & self.running() & programs

    def passes_over_stops(self):
        """As in the classic release, a program of a launcher directory that fails to stop is only told."""
        classic = {one.name for one in self.service.launchers if one.kind == "classic"}
        return self.service.goes_on and bool(self.bad_stop & classic)

    def running(self):
        return {one.name for one in self.service.launchers if ledger.is_alive(one.name)}

    def is_recent(self):
        return time.monotonic() - self.killed_at < 5

    def never_up_when_missing(self):
        if self.dying or self.is_recent():
            return
        lacking = laws.missing(self.service, self.bad_start)
        status = self.status()
        if lacking and status and status["overall"] == "up":
            raise Violation("up is up", f"the status is up, and these are not there: {', '.join(lacking)}")

    DEEDS = [("start", 5), ("stop", 4), ("restart", 1), ("partly", 1), ("look", 3), ("killed_sometime", 3),
             ("killed_while_slow", 2), ("both", 1), ("dead_daemon", 2), ("lost_record", 1), ("somebody_else", 1),
             ("full_disk", 1), ("edited_file", 1), ("unread", 1), ("odd_lock", 1), ("bomb", 0.3), ("mood", 3), ("calm", 1)]

    def live(self, count):
        deeds, weights = zip(*self.DEEDS)
        self.surely("start")
        self.start()
        for _ in range(count):
            getattr(self, self.random.choices(deeds, weights)[0])()
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
