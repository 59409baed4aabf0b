# shellcheck shell=bash
# The classic names on a machine that fails: killed, without a disk to write to, without rights,
# without anybody who listens.

service p26 <<-END
	[loop#0]
	file = /srv/p26.img
	[fs#0]
	type = ext4
	dev = /srv/p26.img
	mnt = /srv/p26/app
	[fs#1]
	type = tmpfs
	dev = /dev/null
	mnt = /srv/p26/data
END
launcher p26 web <<'END'
#!/bin/sh
case $1 in
start) : >/srv/p26/data/web ;;
stop) rm -f /srv/p26/data/web ;;
status) test -e /srv/p26/data/web ;;
esac
END
truncate -s 4M /srv/p26.img
mkfs.ext4 -q -m 0 /srv/p26.img
JOURNAL=$OSVC_ROOT/var/p26/journal

up() { shows p26 overall up; }
down() { shows p26 fs#0 down && shows p26 fs#1 down && clean; }
starts() { exits 0 p26 start && up; }
stops() { exits 0 p26 stop && down; }

# --- kill -9 -------------------------------------------------------------------------------------------

# Kills p26 at the Nth record of its journal; 1 when the action ended without reaching it.
killed() { # ACTION N
	local code=0
	strace -qq -o /dev/null -e trace=write -P "$JOURNAL" -e "inject=write:signal=KILL:when=$2" \
		p26 "$1" >/srv/killed.log 2>&1 || code=$?
	[[ $code != 0 ]] || return 1
	[[ $code == 137 ]] || {
		cat /srv/killed.log
		echo "killed at record $2, $1 exited $code"
		exit 1
	}
}

# Goes on from every point with NEXT, and once more back to the beginning.
killed_everywhere() { # ACTION NEXT
	local n=0
	while :; do
		n=$((n + 1))
		if [[ $1 == start ]]; then exits 0 p26 stop; else exits 0 p26 start; fi || no "before record $n" || return
		if ! killed "$1" "$n"; then break; fi
		exits 0 p26 print status || no "after a kill at record $n of $1" || return
		exits 0 p26 "$2" || no "$2 after a kill at record $n of $1" || return
		if [[ $2 == start ]]; then up; else down; fi || no "after a kill at record $n of $1 and $2" || return
		((n < 60)) || no "$1 has no end" || return
	done
	((n > 6)) || no "$1 has only $((n - 1)) records"
}

for action in start stop; do
	for next in start stop; do
		law "p26 $action, killed before each record of its journal, then $next" killed_everywhere "$action" "$next"
	done
done

# --- no place to write ---------------------------------------------------------------------------------

readonly_var() { # COMMAND...: with var/ as it is, but not to be written
	local code=0
	mount --bind "$OSVC_ROOT/var" "$OSVC_ROOT/var" && mount -o remount,bind,ro "$OSVC_ROOT/var" || return
	"$@" || code=$?
	umount "$OSVC_ROOT/var"
	return "$code"
}

refused() { # TEXT COMMAND...: exit 1, says TEXT and its own name, changes nothing
	local text=$1 output code=0
	shift
	output=$(same "$@" 2>&1) || code=$?
	[[ $code == 1 && ${output,,} == *"${text,,}"* ]] || no "exit $code: $output"
}

law "p26 stops" stops
law "without a var to write, a start is refused" readonly_var refused "read-only file system" p26 start
law "and a status is not" readonly_var exits 0 p26 print status
law "p26 starts" starts
law "without a var to write, a stop goes on" readonly_var exits 0 p26 stop
law "and leaves nothing" down

# The directory of services on a disk of its own, which is full.
full_disk() { # COMMAND...
	local code=0 kept=/srv/etc.kept
	rm -rf "$kept"
	cp -a "$ETC" "$kept" && mount -t tmpfs -o size=256k,mode=755 tmpfs "$ETC" && cp -a "$kept/." "$ETC" || return
	dd if=/dev/zero "of=$ETC/fill" bs=4k 2>/dev/null
	"$@" || code=$?
	rm -f "$ETC/fill"
	diff -r --no-dereference "$kept" "$ETC" || code=1
	umount "$ETC"
	return "$code"
}

set_refused() { # WORD...: says why
	local output code=0
	output=$("$@" 2>&1) || code=$?
	[[ $code == 1 && $output == *"No space left"* ]] || no "exit $code: $output"
}

law "on a full disk a set is refused and changes nothing" \
	full_disk set_refused p26 set --param fs#0.mnt_opt --value noatime,nodev
law "so is an unset" full_disk set_refused p26 unset --param fs#1.dev
law "so is a disable" full_disk set_refused p26 disable --rid fs#0
law "so is a create" full_disk set_refused svcmgr -s p27 create
law "a status is not" full_disk exits 0 p26 print status

# --- an ordinary user ----------------------------------------------------------------------------------

# Only what is said, with exit 1 and nothing on standard error, and nothing is changed.
insufficient() { # COMMAND WORD...
	local output code=0 program
	program=$(command -v "$1")
	output=$(same setpriv --reuid=65534 --regid=65534 --clear-groups "$@" 2>/srv/errors) || code=$?
	# sudo has a PATH of its own, so the program is named by its own.
	[[ $code == 1 && ! -s /srv/errors &&
		$output == $'Insufficient privileges. Try:\n sudo '"$program${2:+ ${*:2}}" ]] ||
		no "exit $code: $output $(cat /srv/errors)"
}

law "svcmgr of an ordinary user says what to type" insufficient svcmgr -s p26 print status
law "so does the service's own name" insufficient "$ETC/p26" start
law "so does svcmon" insufficient svcmon
law "so does nodemgr" insufficient nodemgr get --param node.host_mode

# --- nobody listens ------------------------------------------------------------------------------------

# Runs COMMAND with the descriptors named going to a pipe that nobody reads; prints its exit code.
unheard() { # DESCRIPTORS COMMAND...
	local code=0 pipe number
	rm -f /srv/pipe
	mkfifo /srv/pipe
	# Open both ends, then close the one that reads.
	exec {number}<>/srv/pipe
	exec {pipe}>/srv/pipe
	exec {number}>&-
	case $1 in
	1) "${@:2}" 1>&"$pipe" 2>/srv/errors || code=$? ;;
	2) "${@:2}" 2>&"$pipe" 1>/srv/errors || code=$? ;;
	12) "${@:2}" 1>&"$pipe" 2>&"$pipe" || code=$? ;;
	esac
	exec {pipe}>&-
	echo "$code"
}

# A reader who went away is no crash: the program ends by itself, or by the signal made for that.
status_unheard() {
	local code
	code=$(unheard 1 p26 print status)
	if [[ ! $code =~ ^(0|1|141)$ ]] || grep -qiE 'fatal|crash|stack' /srv/errors; then
		no "exit $code: $(cat /srv/errors)"
	fi
}

action_unheard() { # DESCRIPTORS
	local code
	code=$(unheard "$1" p26 start)
	[[ $code == 0 ]] || no "the start exited $code" || return
	up || return
	code=$(unheard "$1" p26 stop)
	[[ $code == 0 ]] || no "the stop exited $code" || return
	down
}

closed() { # no standard descriptor is open: what is opened next is not written into
	p26 start <&- >&- 2>&- || no "the start failed" || return
	up || return
	! grep -qvP '^[a-z]+\t' "$JOURNAL" || {
		cat "$JOURNAL"
		no "something else was written into the journal"
	} || return
	! grep -q INFO "$OSVC_ROOT/var/lock/p26" || no "something was written into the lock" || return
	p26 stop <&- >&- 2>&- || no "the stop failed" || return
	down
}

full_output() { # what cannot be printed is not passed over
	local output code=0
	output=$("$@" 2>&1 >/dev/full) || code=$?
	[[ $code == 1 && $output == *"No space left"* ]] || no "exit $code: $output"
}

law "a status whose reader is gone ends" status_unheard
law "an action whose reader is gone goes on: standard output" action_unheard 1
law "standard error" action_unheard 2
law "both" action_unheard 12
law "an action without standard descriptors goes on, and its files hold what they should" closed
law "print status to a full device fails" full_output p26 print status
law "so does svcmon" full_output svcmon
law "nothing is left" clean
