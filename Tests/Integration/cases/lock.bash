# shellcheck shell=bash
# One action at a time on a service.

cat >slow.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "slow.demo" {
  osvc.app { osvc.launcher "slow" { S = 10, K = false, start = { "/bin/sleep", "4" } } },
}
LUA

# Starts slow.lua in the background and returns once its launcher runs: PID is osvc's.
busy() {
	osvc run slow.lua start >/srv/slow.log 2>&1 &
	PID=$!
	until pgrep -x sleep >/dev/null; do
		kill -0 "$PID" || no "it ended: $(cat /srv/slow.log)" || return
		sleep 0.05
	done
}

gives_up() {
	local output code=0
	busy || return
	output=$(osvc run slow.lua start --waitlock 0 2>&1) || code=$?
	wait "$PID" || no "the first start failed"
	[[ $code == 1 && $output == *"$PID"* && $output == *start* ]] || no "exit $code, holder $PID: $output"
}

waits() {
	busy || return
	exits 0 osvc run slow.lua stop --waitlock 30 || return
	! kill -0 "$PID" 2>/dev/null || no "the stop did not wait for the start"
}

reads() { # a status does not wait for an action
	busy || return
	takes 0 2000 osvc run slow.lua print status && kill -0 "$PID" && wait "$PID"
}

frees() { # the death of the holder frees the lock
	busy || return
	kill -9 "$PID"
	exits 0 osvc run slow.lua stop --waitlock 0
}

law "a second start gives up, naming the holder's pid and action" gives_up
law "or waits for it" waits
law "print status does not wait" reads
law "kill -9 frees the lock" frees
