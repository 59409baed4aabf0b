# shellcheck shell=bash
# Something else lies where the lock of a service must be: a stop is possible, a start says what to do.

LOCKS=$OSVC_ROOT/var/lock
cat >flag.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "flag.demo" { osvc.flag "0" { file = "/srv/lock.flag" } }
LUA

spoiled() { # MEND LAY...: with LAY done, a start names MEND; a stop warns and works; MEND mends
	local mend=$1 output code=0
	shift
	rm -rf "$LOCKS" && exits 0 osvc run flag.lua start && rm -f "$LOCKS/flag.demo" || return
	"$@" || no "cannot prepare this" || return
	output=$(timeout 20 osvc run flag.lua start 2>&1) || code=$?
	[[ $code == 1 && $output == *"ERROR"*"mend it: $mend"* ]] || no "the start exited $code: $output" || return
	code=0
	output=$(timeout 20 osvc run flag.lua stop 2>&1) || code=$?
	[[ $code == 0 && $output == *"WARNING"*"mend it: $mend"* ]] || no "the stop exited $code: $output" || return
	overall flag.lua down && $mend && exits 0 osvc run flag.lua start && exits 0 osvc run flag.lua stop
}

immutable() {
	: >"$LOCKS/flag.demo" && chattr +i "$LOCKS/flag.demo"
}

file_as_folder() {
	rm -rf "$LOCKS" "$LOCKS.old" && : >"$LOCKS"
}

law "a directory" spoiled "rmdir $LOCKS/flag.demo" mkdir "$LOCKS/flag.demo"
law "a link" spoiled "rm $LOCKS/flag.demo" ln -s /etc/passwd "$LOCKS/flag.demo"
law "a file in the place of var/lock" spoiled "mv $LOCKS $LOCKS.old" file_as_folder
: >/srv/attributes
if chattr +i /srv/attributes 2>/dev/null && chattr -i /srv/attributes; then
	law "an immutable file" spoiled "chattr -ia $LOCKS/flag.demo" immutable
else
	skip "an immutable file" "this file system has no such attribute"
fi

law "a FIFO" spoiled "rm $LOCKS/flag.demo" mkfifo "$LOCKS/flag.demo"
law "a device" spoiled "rm $LOCKS/flag.demo" mknod "$LOCKS/flag.demo" c 250 250
echo precious >/srv/precious
law "a second name of another file" spoiled "rm $LOCKS/flag.demo" ln /srv/precious "$LOCKS/flag.demo"
law "which is as it was" test "$(cat /srv/precious)" = precious

held_for_others() { # who can open a file can hold its lock
	cat >slow.lua <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.service "slow.demo" {
		  osvc.app { osvc.launcher "l" { S = 10, start = { "/bin/sleep", "3" } } },
		}
	LUA
	osvc run slow.lua start &
	sleep 1
	[[ $(stat -c %a "$LOCKS/slow.demo") == 600 ]] || no "$(stat "$LOCKS/slow.demo")" || return
	setpriv --reuid 65534 --regid 65534 --clear-groups sh -c "exec 9<'$LOCKS/slow.demo'" 2>/dev/null &&
		no "it can be opened" && return 1
	wait
}
law "an ordinary user cannot hold a lock of root's" held_for_others

named() { # NAME: a service called like something of osvc's own
	sed -e "s/flag.demo/$1/" -e "s|osvc.flag|osvc.ip \"0\" { ipname = \"10.59.71.77\", ipdev = \"br0\" }, osvc.flag|" flag.lua >"$1.lua"
	takes 0 15000 osvc run "$1.lua" start --waitlock 0 && overall "$1.lua" up &&
		exits 0 osvc run "$1.lua" freeze && exits 0 osvc run web.lua print status &&
		exits 0 osvc run "$1.lua" thaw && exits 0 osvc run "$1.lua" stop && overall "$1.lua" down
}

for name in startip lock sync FROZEN FROZEN.web web.push node.conf svcmon.lock; do
	law "a service named $name" named "$name"
done
