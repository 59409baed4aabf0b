# shellcheck shell=bash
# Daemons that die, lose their record, or are claimed by others.

# shellcheck source=/dev/null
. /srv/with/ticks.bash

cat >/srv/d/forks <<'SH'
#!/bin/sh
trap '' TERM HUP INT
while :; do
	pids=$(pgrep -x -f '/bin/sh /srv/d/forks' | wc -l)
	if [ "$pids" -lt 12 ]; then setsid /srv/d/forks & fi
	sleep 0.05
done
SH
chmod 755 /srv/d/forks

daemon() { # NAME FIELDS
	cat >"$1.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "$1.demo" { osvc.app { osvc.daemon "d" { S = 10, $2 } } }
	LUA
}

# --- A moment of life ------------------------------------------------------------------------------

dies() { # AGE
	local output
	daemon dies "cmd = { '/bin/sh', '-c', 'sleep $1; exit 3' }"
	exits 1 osvc run dies.lua start >/srv/d/out 2>&1 || return
	output=$(cat /srv/d/out)
	[[ $output =~ d\ ended\ (at\ once|within\ [^,]*),\ exit\ code\ 3\ -\ logs\ in ]] || no "$output" || return
	overall dies.lua down
}
for age in 0.02 0.3 0.9; do
	law "a daemon that dies after $age s fails the start" dies $age
done

daemon lives 'cmd = { "/srv/d/ticks" }'
law "one that lives is waited for a second" takes 1000 2500 exits 0 osvc run lives.lua start
law "and stops" exits 0 osvc run lives.lua stop
daemon brief 'cmd = { "/srv/d/ticks" }, alive_for = "100ms"'
law "or as long as it says" takes 0 900 exits 0 osvc run brief.lua start
law "and stops, too" exits 0 osvc run brief.lua stop

many() { # [TIMES]: of as many starts none fails
	local n
	for ((n = 0; n < ${1-40}; n++)); do
		osvc run many.lua start >/srv/d/out 2>&1 || { cat /srv/d/out; no "start $n failed"; } || return
		count 1 || return
		osvc run many.lua stop >/srv/d/out 2>&1 || { cat /srv/d/out; no "stop $n failed"; } || return
		count 0 || return
	done
}
daemon many 'cmd = { "/srv/d/ticks" }, pidfile = "/srv/d/many.pid", alive_for = "0s"'
law "a daemon with a pid file starts every time" many
daemon many 'cmd = { "/usr/bin/env", "-i", "/srv/d/ticks" }, alive_for = "0s"'
law "so does one that clears its environment" many
daemon many 'cmd = { "/bin/sh", "-c", "env -i /srv/d/ticks & exit 0" }, alive_for = "500ms"'
# It is followed as long as the start waits for it.
law "and one that goes to the background without its environment" many 8
daemon many 'cmd = { "/bin/sh", "-c", "env -i setsid /srv/d/ticks & echo $! >/srv/d/many.pid" },
	pidfile = "/srv/d/many.pid", alive_for = "500ms"'
chmod 755 /srv/d
law "also into a session of its own, with a pid file" many 8
chmod 777 /srv/d
away

cat >/srv/d-away <<'SH'
#!/bin/sh
pkill -KILL -x -f '/bin/sh /srv/d/ticks'
while pgrep -x -f '/bin/sh /srv/d/ticks' >/dev/null; do sleep 0.01; done
SH
chmod 755 /srv/d-away
hooked() { # it dies in a hook after the start
	local output
	mkdir -p "$OSVC_ROOT/etc/site.d"
	cat >"$OSVC_ROOT/etc/site.d/late.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.hooks "late" {
		  osvc.hook "late" {
		    on = "start.post",
		    run = function(ev) ev:exec { "/srv/d-away" } end,
		  },
		}
	LUA
	output=$(osvc run brief.lua start 2>&1) && no "it exits 0" && return 1
	rm -r "$OSVC_ROOT/etc/site.d"
	[[ $output == *"d ended within "* ]] || no "$output"
}
law "a daemon that dies in a hook after the start fails it" hooked
away

# --- Others' processes -----------------------------------------------------------------------------

claims() { # a file of the service's user names a process of root
	local victim
	sleep 771 >/dev/null 2>&1 &
	victim=$!
	echo "$victim $(awk '{ print $22 }' "/proc/$victim/stat")" >/srv/d/c.pid
	chown 65534 /srv/d/c.pid
	overall "$1" down && exits 0 osvc run "$1" stop >/dev/null 2>&1 || return
	kill -0 "$victim" || no "root's process was killed"
}
daemon claims 'cmd = { "/srv/d/ticks" }, pidfile = "/srv/d/c.pid", user = "nobody"'
law "a pid file cannot name a process of root" claims claims.lua
daemon same 'cmd = { "/bin/sleep", "772" }, pidfile = "/srv/d/c.pid", user = "nobody"'
law "nor one of the same program" claims same.lua
daemon rooted 'cmd = { "/srv/d/ticks" }, pidfile = "/srv/d/c.pid"'
law "nor where the daemon runs as root" claims rooted.lua
linked() { # the file is a link of nobody's to what the kernel tells of a process of root's
	local victim
	mkdir -p /srv/hers
	chown 65534 /srv/hers
	/bin/sh /srv/d/backup >/dev/null 2>&1 &
	victim=$!
	setpriv --reuid 65534 --clear-groups ln -sfn "/proc/$victim/stat" /srv/hers/l.pid
	overall linked.lua down && exits 0 osvc run linked.lua stop >/dev/null 2>&1 || return
	kill -0 "$victim" || no "root's process was killed" || return
	# A file of root's, with text of nobody's, that nobody moves there.
	echo "$victim" >/srv/hers/u.log
	setpriv --reuid 65534 --clear-groups mv -f /srv/hers/u.log /srv/hers/l.pid
	overall linked.lua down && exits 0 osvc run linked.lua stop >/dev/null 2>&1 || return
	kill -0 "$victim" || no "root's process was killed" || return
	kill "$victim"
	pkill -x -f 'sleep 773'
	rm -r /srv/hers
}
printf '#!/bin/sh\nsleep 773\nexit 0\n' >/srv/d/backup
daemon linked 'cmd = { "/bin/sh", "/srv/d/backup" }, pidfile = "/srv/hers/l.pid"'
law "nor by a link to what the kernel tells of it" linked
away

marked() {
	local n began
	for n in 1 2 3 4; do
		setpriv --reuid 65534 --clear-groups env OPENSVC_SVCNAME=lives.demo OPENSVC_LAUNCHER=d /srv/d/forks >/dev/null 2>&1 &
	done
	until (($(pgrep -u 65534 -c -f /srv/d/forks) >= 4)); do sleep 0.05; done
	overall lives.lua down || return
	began=$SECONDS
	exits 0 osvc run lives.lua stop >/dev/null 2>&1 || return
	((SECONDS - began < 5)) || no "stop took $((SECONDS - began)) s" || return
	pgrep -f /srv/d/forks >/dev/null || no "another user's processes were ended"
}
law "anybody's process with the marks is not the daemon" marked
away

seen() { # STATUS: nobody's process has the program's name, and a pid file names init
	cat >seen.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "seen.demo" {
		  osvc.app {
		    osvc.launcher "s" { S = 10, start = { "/bin/true" }, stop = { "/bin/true" }, status = osvc.check.$1 },
		  },
		}
	LUA
	setpriv --reuid 65534 --clear-groups bash -c 'exec -a /srv/d/ticks sleep 776' >/dev/null 2>&1 &
	until pgrep -u 65534 -x sleep >/srv/d/s.pid; do sleep 0.01; done
	echo 1 >/srv/d/i.pid
	overall seen.lua down || return
	pkill -KILL -u 65534 -x sleep
}
law "a process that only shows a program's name does not run it" seen 'process { exe = "/srv/d/ticks" }'
law "nor where a pid file names it" seen 'pidfile("/srv/d/s.pid", { exe = "/srv/d/ticks" })'
law "a pid file that names init is no service's" seen 'pidfile("/srv/d/i.pid")'
pkill -KILL -u 65534 -x sleep
away

daemon forks 'cmd = { "/srv/d/forks" }, stop_timeout = "1s"'
forks() {
	exits 0 osvc run forks.lua start || return
	sleep 1
	exits 0 osvc run forks.lua stop || return
	! pgrep -f /srv/d/forks || no "some are left"
}
law "processes that ignore TERM and fork are ended" takes 0 15000 forks
away

dead() { # marks do not make a daemon that is dead up
	exits 0 osvc run lives.lua start || return
	pkill -KILL -x -f '/bin/sh /srv/d/ticks'
	OPENSVC_SVCNAME=lives.demo OPENSVC_LAUNCHER=d sleep 773 >/dev/null 2>&1 &
	overall lives.lua down
}
law "marks do not make a dead daemon up" dead
away

# --- The record is lost ----------------------------------------------------------------------------

lost() { # NEXT REMOVED...
	local next=$1
	shift
	exits 0 osvc run lives.lua start || return
	rm -r "$@"
	overall lives.lua up || return
	exits 0 osvc run lives.lua "$next" || return
	if [[ $next == start ]]; then
		count 1 && exits 0 osvc run lives.lua stop || return
	fi
	count 0
}
law "without its record a daemon is stopped" lost stop "$OSVC_ROOT/var/lives.demo/d.pid"
law "and not started twice" lost start "$OSVC_ROOT/var/lives.demo/d.pid"
law "nor when all of var is lost" lost start "$OSVC_ROOT/var"
law "and stopped then, too" lost stop "$OSVC_ROOT/var"
away

daemon changes 'cmd = { "/usr/bin/setpriv", "--reuid", "65534", "--clear-groups", "/srv/d/ticks" }'
changed() { # it changed its user: nothing proves it
	local pid record=$OSVC_ROOT/var/changes.demo/d.pid
	exits 0 osvc run changes.lua start || return
	pid=$(pgrep -o -u 65534 -x -f '/bin/sh /srv/d/ticks')
	rm "$record"
	overall changes.lua warn && says "pid $pid (user nobody)" osvc run changes.lua print status || return
	exits 1 osvc run changes.lua stop && exits 1 osvc run changes.lua start && count 1 || return
	echo "$pid" >"$record"
	overall changes.lua up && exits 0 osvc run changes.lua stop && count 0
}
law "a daemon that changed its user is in doubt without its record" changed
pretended() { # who pretends to be the daemon of a service that was stopped
	exits 0 osvc run lives.lua start && exits 0 osvc run lives.lua stop || return
	setpriv --reuid 65534 --clear-groups env OPENSVC_SVCNAME=lives.demo OPENSVC_LAUNCHER=d OSVC_CALL=1-a-1 \
		sleep 774 >/dev/null 2>&1 &
	until pgrep -x -f 'sleep 774' >/dev/null; do sleep 0.01; done
	overall lives.lua down && exits 0 osvc run lives.lua start && exits 0 osvc run lives.lua stop || return
	pgrep -x -f 'sleep 774' >/dev/null || no "another user's process was ended"
}
law "but not while osvc knows that it stopped it" pretended
set_uid() { # a program of root's that anybody may start has their environment
	cp /bin/sleep /srv/d/sudo
	chmod 4755 /srv/d/sudo
	setpriv --reuid 65534 --clear-groups env OPENSVC_SVCNAME=lives.demo OPENSVC_LAUNCHER=d /srv/d/sudo 775 \
		>/dev/null 2>&1 &
	until pgrep -u 0 -x -f '/srv/d/sudo 775' >/dev/null; do sleep 0.01; done
	overall lives.lua down && exits 0 osvc run lives.lua start && count 1 && exits 0 osvc run lives.lua stop || return
	pkill -KILL -x -f '/srv/d/sudo 775' || no "it was ended"
}
law "nor does a set-uid program that anybody started count" set_uid
away

# --- What is left, and the log -----------------------------------------------------------------------

daemon strays 'cmd = { "/bin/sh", "-c", "env -i setsid /srv/d/ticks & sleep 0.2" }'
strays() { # it cleared its environment and left its session: nothing proves it, so it is named
	says "d may still run, as pid " osvc run strays.lua start && count 1 && overall strays.lua down
}
law "a failed start names what may still run" strays
away

daemon shares 'cmd = { "/srv/d/ticks" }, pidfile = "/srv/d/b.pid"'
shares() { # the pid file of a service that was stopped names another service's program of the same command
	exits 0 osvc run shares.lua start && exits 0 osvc run shares.lua stop || return
	env "$@" /srv/d/ticks >/dev/null 2>&1 &
	until pgrep -x -f '/bin/sh /srv/d/ticks' >/srv/d/b.pid; do sleep 0.01; done
	overall shares.lua down && exits 0 osvc run shares.lua stop && count 1
}
law "a pid file does not make another service's program the daemon" shares OPENSVC_SVCNAME=other
away
law "nor one of nobody's, once osvc has stopped the daemon" shares -i
away

daemon logs 'cmd = { "/srv/d/ticks" }, log = "/srv/logs/d.log", log_size = 100, log_keep = 2, alive_for = "0s"'
logs() {
	local n seen
	mkdir -p /srv/logs
	for n in 1 2 3 4; do
		exits 0 osvc run logs.lua start && exits 0 osvc run logs.lua start && exits 0 osvc run logs.lua stop || return
		printf "run $n%0.s" {1..20} >>/srv/logs/d.log
	done
	seen=$(cd /srv/logs && for n in *; do printf '%s:%s ' "$n" "$(tail -c 5 "$n")"; done)
	[[ $seen == "d.log:run 4 d.log.1:run 3 d.log.2:run 2 " ]] || no "$seen"
}
law "its log is renamed at a start, and some are kept" logs

full() { # no room for the record: nothing is left running
	mkdir -p "$OSVC_ROOT/var/lives.demo"
	mount -t tmpfs -o size=16k tmpfs "$OSVC_ROOT/var/lives.demo" || return
	dd if=/dev/zero of="$OSVC_ROOT/var/lives.demo/fill" bs=4k count=2 2>/dev/null
	osvc run lives.lua start >/srv/d/out 2>&1
	local code=$?
	((code == 0)) || count 0 || return
	rm -f "$OSVC_ROOT/var/lives.demo/fill"
	exits 0 osvc run lives.lua stop || return
	umount "$OSVC_ROOT/var/lives.demo"
	count 0
}
law "no room for a record leaves nothing running" full
away
law "nothing is left" clean
