# shellcheck shell=bash
# Launchers that do not behave, and launchers together.

cat >holds.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "holds.demo" {
  osvc.app {
    osvc.launcher "holds" {
      S = 10,
      start = { "/bin/sh", "-c", "sleep 300 & echo started" },
      stop = { "/usr/bin/pkill", "-x", "-f", "sleep 300" },
    },
  },
}
LUA
cat >hangs.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "hangs.demo" {
  osvc.app {
    osvc.launcher "hangs" {
      S = 10,
      timeout = { start = "1s" },
      start = { "/bin/sh", "-c", "trap '' TERM; sleep 301 & while :; do sleep 302; done" },
      stop = { "/bin/true" },
    },
  },
}
LUA
sleepers() { # PARALLEL
	cat <<-LUA
		local osvc = require "osvc.v1"
		local list = { parallel = $1 }
		for i = 1, 10 do
		  list[i] = osvc.launcher(("n%02d"):format(i)) { S = 10, K = false, start = { "/bin/sleep", "1" } }
		end
		return osvc.service "sleepers.demo" { osvc.app(list) }
	LUA
}
sleepers true >together.lua
sleepers false >one-by-one.lua

law "a daemon that holds its launcher's output does not hold osvc" takes 0 5000 osvc run holds.lua start
law "the daemon goes on" pgrep -x -f 'sleep 300'
law "until it is stopped" exits 0 osvc run holds.lua stop
law "a launcher that hangs and ignores TERM is killed after 10 s" takes 10500 16000 exits 1 osvc run hangs.lua start
law "with its whole group" clean
law "ten launchers of a second together take about one" takes 1000 1900 osvc run together.lua start
law "and ten without parallel" takes 10000 14000 osvc run one-by-one.lua start

# --- A status that hangs ---------------------------------------------------------------------------

cat >/srv/deaf <<'SH'
#!/bin/sh
echo "$1" >>/srv/calls
[ "$1" != status ] || exec sleep 306
SH
chmod 755 /srv/deaf
cat >deaf.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "deaf.demo" {
  osvc.app {
    osvc.launcher "deaf" {
      S = 10, timeout = { status = "1500ms" },
      start = { "/srv/deaf", "start" }, stop = { "/srv/deaf", "stop" }, status = { "/srv/deaf", "status" },
    },
  },
}
LUA
mkdir -p "$OSVC_ROOT/etc/old.dir"
ln -s old.dir "$OSVC_ROOT/etc/old.d"
for name in K10deaf C10deaf; do ln -s /srv/deaf "$OSVC_ROOT/etc/old.dir/$name"; done
printf '[DEFAULT]\nservice_type = TST\nnodes = %s\n' "$(hostname)" >"$OSVC_ROOT/etc/old.env"

calls() { # WANTED: since the last time
	local seen
	seen=$(tr '\n' ' ' </srv/calls)
	rm /srv/calls
	[[ $seen == "$1 " ]] || no "calls: $seen"
}
deaf_stop() {
	takes 1500 3500 says "waiting for the status of deaf, up to 1500ms" osvc run deaf.lua stop || return
	calls "status stop" && exits 0 osvc run deaf.lua stop && calls "status stop"
}
law "a stop asks a status that hangs once, says so and goes on" deaf_stop
classic_stop() { takes 0 1400 exits 0 osvc run "$OSVC_ROOT/etc/old.env" stop && calls stop; }
law "that of a classic service does not ask" classic_stop

signalled() { # SIGNAL: ends what runs, says so, leaves the rest to the next action
	local output pid code=0
	osvc run slow.lua start >/srv/slow.log 2>&1 &
	pid=$!
	until pgrep -x -f '/bin/sleep 304' >/dev/null; do
		kill -0 "$pid" || no "it ended: $(cat /srv/slow.log)" || return
		sleep 0.05
	done
	kill "-$1" "$pid"
	wait "$pid" || code=$?
	output=$(cat /srv/slow.log)
	[[ $code == 1 && $output == *"interrupted by signal"* ]] || no "exit $code: $output" || return
	! pgrep -x -f '/bin/sleep 304' || no "its launcher goes on" || return
	exits 0 osvc run slow.lua stop && clean
}

cat >slow.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "slow.demo" {
  osvc.flag "0" { file = "/srv/slow" },
  osvc.app { osvc.launcher "slow" { S = 10, K = false, start = { "/bin/sleep", "304" } } },
}
LUA
law "TERM ends an action and its launcher" signalled TERM
law "so does INT" signalled INT
law "nothing is left" clean
