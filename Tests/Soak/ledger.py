"""What the launchers of a service do, and what they write down of themselves under /srv/ledger.

A daemon holds the lock NAME.alive while it lives, a start script NAME.start while it runs. Whoever finds
the lock taken writes a line to `overlaps`. How they behave is told by files NAME.ACTION.
"""

import fcntl
import os
import signal

from write import save

LEDGER = "/srv/ledger"

DAEMON = """#!/bin/sh
# daemon NAME: lives until it is killed, or as long as NAME.daemon says.
exec 9>>/srv/ledger/$1.alive
# Who only asks holds the lock for a moment.
flock -w 0.2 9 || { echo "the daemon of $1 runs twice" >>/srv/ledger/overlaps; exit 1; }
echo $$ >/srv/ledger/$1.pid
read -r life 2>/dev/null </srv/ledger/$1.daemon || life=100000
exec sleep "$life"
"""
LAUNCH = """#!/bin/sh
# launch NAME start|stop|status
L=/srv/ledger
alive() { ! flock -n $L/$1.alive true; }
mode=
read -r mode 2>/dev/null <$L/$1.$2
case $2 in
start)
	exec 8>>$L/$1.start
	flock -n 8 || { echo "the start of $1 runs twice at once" >>$L/overlaps; exit 1; }
	case $mode in
	fail) exit 1 ;;
	hang) sleep 1000 ;;
	slow*) sleep "${mode#slow}" ;;
	esac
	if ! alive $1; then
		setsid /srv/bin/daemon $1 </dev/null >/dev/null 2>&1 8>&- &
		n=0
		until alive $1 || [ $n = 50 ]; do sleep 0.01; n=$((n + 1)); done
	fi
	case $mode in late*) sleep "${mode#late}" ;; then-fail) exit 1 ;; esac
	exit 0
	;;
stop)
	case $mode in
	fail) exit 1 ;;
	hang) sleep 1000 ;;
	slow*) sleep "${mode#slow}" ;;
	esac
	if alive $1; then
		kill $(cat $L/$1.pid)
		n=0
		while alive $1 && [ $n -lt 100 ]; do sleep 0.01; n=$((n + 1)); done
	fi
	! alive $1
	;;
status) [ "$mode" != fail ] && alive $1 ;;
*) exit 0 ;;
esac
"""
TRIGGER = """#!/bin/sh
# trigger: does nothing, or fails while it is told to.
[ ! -e /srv/ledger/trigger-fails ]
"""


def install():
    save("/srv/bin/daemon", DAEMON, 0o755)
    save("/srv/bin/launch", LAUNCH, 0o755)
    save("/srv/bin/trigger", TRIGGER, 0o755)


def set_mode(name, action, mode):
    place = f"{LEDGER}/{name}.{action}"
    if mode:
        save(place, f"{mode}\n")
    elif os.path.exists(place):
        os.remove(place)


def is_alive(name):
    descriptor = os.open(f"{LEDGER}/{name}.alive", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def kill(name):
    if not is_alive(name):
        return False
    try:
        with open(f"{LEDGER}/{name}.pid", encoding="utf-8") as file:
            os.kill(int(file.read()), signal.SIGKILL)
    except (OSError, ValueError):
        return False  # it dies by itself just now
    return True


def overlaps():
    try:
        with open(f"{LEDGER}/overlaps", encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []
