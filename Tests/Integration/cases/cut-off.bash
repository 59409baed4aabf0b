# shellcheck shell=bash
# Starts and stops that are cut off, by programs and by scripts; and one that is rolled back.

# shellcheck source=/dev/null
. /srv/with/ticks.bash

cat >/srv/d/slow <<'SH'
#!/bin/sh
echo "$1" >>/srv/d/calls
sleep 1
case $1 in
start) setsid /srv/d/ticks >/dev/null 2>&1 & ;;
stop) pkill -x -f '/bin/sh /srv/d/ticks' && sleep 0.4 ;;
esac
SH
chmod 755 /srv/d/slow

cat >cut.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "cut.demo" {
  osvc.app {
    osvc.launcher "slow" {
      S = 10,
      start = { "/srv/d/slow", "start" }, stop = { "/srv/d/slow", "stop" },
      status = { "/usr/bin/pgrep", "-x", "-f", "/bin/sh /srv/d/ticks" },
    },
  },
}
LUA
sed "s/cut.demo/call.demo/
	s/start = {[^}]*}/start = function(ctx) ctx:exec { '\/srv\/d\/slow', 'start' } end/
	s/stop = {[^}]*}/stop = function(ctx) ctx:exec { '\/srv\/d\/slow', 'stop' } end/" cut.lua >call.lua

printf '#!/bin/sh\nexec /srv/d/slow "$@"\n' >/srv/d/becomes
chmod 755 /srv/d/becomes
sed 's/cut.demo/exec.demo/; s:"/srv/d/slow":"/srv/d/becomes":g' cut.lua >exec.lua

cut_off() { # FILE ACTION NEXT N: killed while it runs, then at once the next; N run in the end
	local pid
	away
	if [[ $2 == stop ]]; then exits 0 osvc run "$1" start || return; fi
	rm -f /srv/d/calls
	osvc run "$1" "$2" >/srv/d/out 2>&1 &
	pid=$!
	# Its program takes a second from here on.
	until grep -qsx "$2" /srv/d/calls; do
		kill -0 "$pid" || no "it ended: $(cat /srv/d/out)" || return
		sleep 0.05
	done
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	says "interrupted $2" osvc run "$1" print status || return
	! overall "$1" down 2>/dev/null || [[ $2 == stop ]] || no "down while its start runs" || return
	exits 0 osvc run "$1" "$3" || return
	sleep 1.2
	count "$4" || return
	[[ $(grep -c "^$2$" /srv/d/calls) == 1 ]] || no "two calls of $2: $(cat /srv/d/calls)"
}
for file in cut.lua call.lua exec.lua; do
	law "a start cut off, then stop: nothing runs ($file)" cut_off $file start stop 0
	law "a start cut off, then start: one runs ($file)" cut_off $file start start 1
	law "a stop cut off, then start: one runs ($file)" cut_off $file stop start 1
	law "a stop cut off, then stop: nothing runs ($file)" cut_off $file stop stop 0
done

cut_off_early() { # FILE NEXT N CALL [OPTIONS]: killed while the new process waits before CALL; N run in the end
	local tracer
	away
	rm -f /srv/d/calls /srv/d/out
	strace -I2 -f -qq -o /dev/null "${@:5}" -e trace="$4" -e inject="$4":delay_enter=1500000 \
		osvc run "$1" start >/srv/d/out 2>&1 &
	tracer=$!
	until grep -qs 'spawn: ' /srv/d/out; do
		kill -0 "$tracer" || no "it ended: $(cat /srv/d/out)" || return
		sleep 0.05
	done
	sleep 0.2
	pkill -KILL -o -P "$tracer"
	[[ ! -e /srv/d/calls ]] || no "its program has begun" || return
	exits 0 osvc run "$1" "$2" || return
	# It follows the service, too.
	kill "$tracer" 2>/dev/null
	wait "$tracer" 2>/dev/null
	sleep 1.2
	count "$3" || return
	[[ $(grep -c '^start$' /srv/d/calls) == 1 ]] || no "calls: $(cat /srv/d/calls)"
}
# A process looks up when it began, records itself, and executes its program.
for file in cut.lua exec.lua; do
	law "a start cut off before its program began, then stop: nothing runs ($file)" \
		cut_off_early $file stop 0 execve -P /srv/d/slow -P /srv/d/becomes
	law "a start cut off before its program began, then start: one runs ($file)" \
		cut_off_early $file start 1 execve -P /srv/d/slow -P /srv/d/becomes
	law "a start cut off before its process recorded itself, then stop: nothing runs ($file)" \
		cut_off_early $file stop 0 openat -P /proc/self/stat
	law "a start cut off before its process recorded itself, then start: one runs ($file)" \
		cut_off_early $file start 1 openat -P /proc/self/stat
done
away

cat >spawn.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "spawn.demo" {
  osvc.app {
    osvc.launcher "s" {
      S = 10,
      start = function(ctx)
        ctx:spawn { "/srv/d/ticks" }
        ctx:sleep "1s"
      end,
      stop = function(ctx) ctx:exec { "pkill", "-x", "-f", "/bin/sh /srv/d/ticks", ok = { 0, 1 } } end,
      status = { "/usr/bin/pgrep", "-x", "-f", "/bin/sh /srv/d/ticks" },
    },
  },
}
LUA
spawned() { # NEXT N: killed while the function waits; N run in the end
	local pid
	away
	osvc run spawn.lua start >/srv/d/out 2>&1 &
	pid=$!
	until (($(ticks))); do sleep 0.01; done
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	says "interrupted start" osvc run spawn.lua print status || return
	exits 0 osvc run spawn.lua "$1" || return
	count "$2"
}
law "a script cut off after it started a program, then stop: nothing runs" spawned stop 0
law "a script cut off after it started a program, then start: one runs" spawned start 1
spawned_whole() { # what a start that came to its end left is not ended by the next
	local before
	before=$(pgrep -o -x -f "/bin/sh /srv/d/ticks")
	exits 0 osvc run spawn.lua start || return
	[[ $(pgrep -o -x -f "/bin/sh /srv/d/ticks") == "$before" ]] || no "another runs"
}
law "one that came to its end is left" spawned_whole
away

daemon() { # NAME FIELDS
	cat >"$1.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "$1.demo" { osvc.app { osvc.daemon "d" { S = 10, $2 } } }
	LUA
}

daemon checked 'cmd = { "/srv/d/ticks" }, status = { "/bin/test", "-e", "/srv/d/well" }, timeout = { start = "2s" }'
unwell() {
	(sleep 0.5 && touch /srv/d/well) >/dev/null 2>&1 &
	exits 0 osvc run checked.lua start || return
	rm /srv/d/well
	count 1 || return
	exits 1 osvc run checked.lua start || return
	count 1 || return
	exits 0 osvc run checked.lua stop && count 0
}
law "a rollback leaves a daemon that was up before" unwell
away
law "nothing is left" clean
