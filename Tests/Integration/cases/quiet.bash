# shellcheck shell=bash
# A status asks the kernel: it starts no program but a launcher's own check.

cat >asked.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "asked.demo" {
  osvc.flag "0" { file = "/srv/asked" },
  osvc.app {
    osvc.launcher "asked" { S = 10, start = { "/bin/true" }, stop = { "/bin/true" }, status = { "/bin/true" } },
  },
}
LUA

# Runs COMMAND, which is to start processes that run N programs, itself not counted.
starts() { # N COMMAND...
	local wanted=$1 seen
	shift
	strace -f -qq -o /srv/trace -e trace=execve,execveat,fork,vfork,clone,clone3 "$@" >/dev/null || return
	seen=$(grep -E 'execve(at)?\(|clone3?\(|v?fork\(' /srv/trace | grep -cv 'execve("[^"]*/osvc"')
	((seen == wanted)) || {
		cat /srv/trace
		no "'$*' made $seen calls that start or run something, not $wanted"
	}
}

law "print status starts nothing when all is down" starts 0 osvc run web.lua print status
law "start" exits 0 osvc run web.lua start
law "print status starts nothing when all is up" starts 0 osvc run web.lua print status
law "nor does json status" starts 0 osvc run web.lua json status
law "stop" exits 0 osvc run web.lua stop
# One call that makes the process, one in it that runs the program.
law "a launcher's own check is one process" starts 2 osvc run asked.lua print status
