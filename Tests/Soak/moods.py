"""How the launchers of a service behave; mixed into Life."""

import os
import time

import ledger
import write

START_MODES = ["slow0.3", "late0.3", "slow0.7", "fail", "then-fail", "hang"]
STOP_MODES = ["slow0.3", "fail", "hang"]
LIVES = ["0.02", "0.1", "0.3", "0.6", "0.9"]


class Moods:
    def mood(self):
        """Launchers behave otherwise from now on."""
        for launcher in self.service.launchers:
            start = self.random.choice([None, None, *START_MODES]) if launcher.kind not in ("daemon", "file", "spawn") else None
            stop = self.random.choice([None, None, None, *STOP_MODES]) if launcher.kind not in ("daemon", "file") else None
            life = self.random.choice([None, None, *LIVES])
            for action, mode in [("start", start), ("stop", stop), ("daemon", life)]:
                ledger.set_mode(launcher.name, action, mode)
            # Of a program that a function spawned nothing is known but what its own status says.
            ill = self.random.random() < 0.15 and launcher.kind not in ("file", "spawn")
            ledger.set_mode(launcher.name, "status", "fail" if ill else None)
            self._note(launcher, start, stop, life, ill)
        if self.random.random() < 0.2:
            write.save(f"{ledger.LEDGER}/{self.random.choice(['refuse', 'trigger-fails'])}", "")
            self.trouble = True
            self.say("hooks refuse or triggers fail")

    def _note(self, launcher, start, stop, life, ill):
        name = launcher.name
        for names in [self.bad_start, self.bad_stop, self.dying, self.ill]:
            names.discard(name)
        if ill:
            self.ill.add(name)
        if start in ("fail", "then-fail", "hang") or life or ill:
            self.bad_start.add(name)
        if stop in ("fail", "hang"):
            self.bad_stop.add(name)
        if life:
            self.dying.add(name)
        if start or stop or life or ill:
            self.say(f"{name}: start {start or 'well'}, stop {stop or 'well'}, lives {life or 'on'}{', says down' if ill else ''}")

    def calm(self):
        """All goes well again."""
        for launcher in self.service.launchers:
            for action in ["start", "stop", "daemon", "status"]:
                ledger.set_mode(launcher.name, action, None)
        for name in ["refuse", "trigger-fails"]:
            if os.path.exists(f"{ledger.LEDGER}/{name}"):
                os.remove(f"{ledger.LEDGER}/{name}")
        # Daemons that were to die have time to do so.
        time.sleep(1 if self.dying else 0)
        self.bad_start, self.bad_stop, self.dying, self.ill = set(), set(), set(), set()
        self.trouble = False
        self.say("all goes well again")
