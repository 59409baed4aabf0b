# shellcheck shell=bash
# A file system that takes no writes for now (fsfreeze): who asks for a status does not wait with them.

truncate -s 32M /srv/frozen.img
mkfs.ext4 -q /srv/frozen.img
cat >frozen.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "frozen.demo" {
  osvc.fs "0" { type = "ext4", dev = "/srv/frozen.img", mnt = "/srv/frozen", mnt_opt = "loop" },
}
LUA

freeze() {
	exits 0 osvc run frozen.lua start && fsfreeze -f /srv/frozen
}

asked() { # no process is left that waits
	takes 0 2000 osvc run frozen.lua print status && overall frozen.lua up &&
		takes 0 2000 osvc run frozen.lua json status || return
	[[ -z $(ps -eo stat= | tr -dc D) ]] || no "somebody waits for a write"
}

monitor() {
	install -m 644 frozen.lua "$OSVC_ROOT/etc/frozen.demo.lua"
	takes 0 3000 osvc mon && says frozen.demo osvc mon
	rm -f "$OSVC_ROOT/etc/frozen.demo.lua"
}

nothing_written() {
	fsfreeze -u /srv/frozen
	[[ ! -e /srv/frozen/.opensvc ]] || no "a status wrote into the file system"
	fsfreeze -f /srv/frozen
}

again() { # a start finds it mounted
	takes 0 5000 osvc run frozen.lua start
}

stops() {
	local output
	output=$(timeout 30 osvc run frozen.lua stop 2>&1) || no "$output" || return
	[[ $output == *"WARNING"*"/srv/frozen was frozen (fsfreeze)"* ]] || no "$output" || return
	overall frozen.lua down && clean
}

read_only() { # the kernel gave up writing
	exits 0 osvc run frozen.lua start && mount -o remount,ro /srv/frozen &&
		says "fs is not writable" osvc run frozen.lua print status && overall frozen.lua warn &&
		exits 0 osvc run frozen.lua stop && clean
}

law "frozen" freeze
law "print status and json status answer" asked
law "svcmon answers" monitor
law "a status writes nothing" nothing_written
law "a second start does not wait" again
law "a stop thaws it, says so, and leaves nothing" stops
law "one that was remounted read-only is not writable" read_only
