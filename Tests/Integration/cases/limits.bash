# shellcheck shell=bash
# What osvc is given by who calls it, and finds in its own files: whatever it is, osvc ends by an exit
# code that it documents, never by a signal.

cat >limits.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "limits.demo" {
  osvc.flag "0" { file = "/srv/limits-flag" },
  osvc.app {
    osvc.launcher "l" {
      S = 10,
      start = { "/bin/sh", "-c", "grep -E '^Sig(Ign|Blk)' /proc/self/status >/srv/signals; exit 0" },
      stop = { "/bin/true" },
    },
  },
}
LUA

# Where an ordinary user finds it.
cp limits.lua /srv/limits.lua

# COMMAND ends by itself, with 0 to 9 or 64 (what a status, a failure and a wrong call exit with).
orderly() { # COMMAND...
	local code=0 output
	output=$(timeout 20 "$@" 2>&1 </dev/null) || code=$?
	((code < 10 || code == 64)) || {
		echo "$output" | tail -n 5
		no "'${*: -4}' exited $code"
	}
}

fresh() { osvc run limits.lua stop 2>/dev/null && rm -rf "$OSVC_ROOT/log/limits.demo.log" "$OSVC_ROOT/var/limits.demo"; }

# A limit on the size of files is as a full disk.
small_files() { # KILOBYTES
	(
		ulimit -f "$1"
		orderly osvc run limits.lua print status && orderly osvc run limits.lua start &&
			orderly osvc run limits.lua stop && orderly osvc mon && orderly osvc check limits.lua
	)
}
law "files of no byte" small_files 0
head -c 3000 /dev/zero >"$OSVC_ROOT/log/limits.demo.log"
law "a log that may not grow" small_files 1
small_log() { # the action is done, and says that the log is not
	local output
	output=$(ulimit -f 2 && head -c 2040 /dev/zero >"$OSVC_ROOT/log/limits.demo.log" && osvc run limits.lua start 2>&1) ||
		no "$output" || return
	[[ $output == *"the log cannot be written: write"*"File too large"* ]] || no "$output"
}
fresh
law "an action goes on without its log, and says so" small_log
default_signals() { # but for the two that the C library keeps for itself, 32 and 33
	local name mask
	while read -r name mask; do
		(((16#$mask & 0x7fffffff) == 0)) || no "$name $mask" || return
	done </srv/signals
}
law "programs have every signal at its default" default_signals
osvc run limits.lua stop 2>/dev/null

few_descriptors() {
	local count
	for count in 3 4 5 6 7 8 10 12 16; do
		(ulimit -n $count && orderly "${OSVC_PROGRAM:-osvc}" run limits.lua print status) || return
		(ulimit -n $count && orderly osvc check limits.lua) || return
		(ulimit -n $count && orderly osvc mon) || return
	done
}
law "few descriptors" few_descriptors

# Limits that osvc cannot run below.
refused_limit() { # OPTION KIB NEEDED COMMAND...: one line says the limit, what is needed and how to raise it
	local option=$1 kib=$2 needed=$3 output code=0
	shift 3
	output=$( (ulimit "-$option" "$kib" && exec "$@") 2>&1) || code=$?
	[[ $code == 64 && $output == "osvc: "*"(ulimit -$option) is $kib KiB, osvc needs $needed KiB: raise it with ulimit -$option $needed" ]] ||
		no "exit $code: $output"
}
small_stack() {
	local kib
	for kib in 64 128 512 1023; do
		refused_limit s $kib 1024 "${OSVC_PROGRAM:-osvc}" --version && refused_limit s $kib 1024 osvc check limits.lua || return
	done
	(ulimit -s 1024 && orderly osvc check limits.lua && osvc run limits.lua print status)
}
small_memory() {
	refused_limit v 31000 32768 "${OSVC_PROGRAM:-osvc}" --version && refused_limit v 31000 32768 osvc mon &&
		(ulimit -v 32768 && orderly osvc check limits.lua && osvc run limits.lua print status)
}
law "a stack that is too small is refused by name" small_stack
if ldd "$(command -v osvc)" 2>/dev/null | grep -q libswift; then
	skip "memory that is too little" "the loader of shared libraries needs more before osvc runs"
else
	law "memory that is too little is refused by name" small_memory
fi

no_proc() {
	local output code=0
	# shellcheck disable=SC2016 # for the other shell
	output=$(unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$0" --version' \
		"$(command -v "${OSVC_PROGRAM:-osvc}")" 2>&1) || code=$?
	[[ $code == 1 && $output == "osvc: the command line cannot be read: is /proc mounted? nothing was done" ]] || no "$code: $output"
}
law "a machine without /proc is refused by name" no_proc

# What a start has run stays, whatever byte its journal ends at: the next start must not take it for left behind.
cat >stays.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "stays.demo" {
  osvc.app {
    osvc.launcher "l" { S = 10, start = function(ctx) ctx:spawn { "/bin/sleep", "312" } end, stop = { "/usr/bin/pkill", "-f", "sleep 312" } },
  },
}
LUA
short_journal() {
	local size began=0 pid
	for size in $(seq 60 9 330); do
		if prlimit --fsize="$size" osvc run stays.lua start >/dev/null 2>&1; then
			began=$((began + 1))
			pid=$(pgrep -f 'sleep 312') || no "$size: nothing runs after a start" || return
			osvc run stays.lua print status 2>&1 | grep -q interrupted && { no "$size: it counts as interrupted" || return; }
			osvc run stays.lua start 2>&1 | grep 'ending ' && { no "$size: it was ended" || return; }
			kill -0 "$pid" || no "$size: it is gone" || return
		fi
		pkill -f 'sleep 312'
		exits 0 osvc run stays.lua stop >/dev/null 2>&1
	done
	((began > 0)) || no "none began"
}
law "a journal that ends at any byte ends nothing that runs" short_journal

# The environment.
as_nobody() { # NAME=VALUE
	orderly setpriv --reuid 65534 --regid 65534 --clear-groups env -u OSVC_ROOT "$1" /srv/bin/osvc check /srv/limits.lua
}
values() {
	local name value long
	long=$(head -c 100000 /dev/zero | tr '\0' a)
	for name in HOME XDG_STATE_HOME OSVC_ROOT COLUMNS LINES TERM TZ PATH NO_COLOR LANG LC_ALL OSVC_CALL \
		EZ_BIN OPENSVC_SVCNAME OPENSVC_LAUNCHER; do
		for value in "" foo . .. / // 99999999999999999999 -1 nan $'\xff\xfe' $'a\nb' "$long" "/$long"; do
			as_nobody "$name=$value" || no "with $name" || return
			orderly env "$name=$value" /srv/bin/osvc run /srv/limits.lua print status || no "with $name" || return
		done
	done
}
law "variables of any value" values
law "a relative HOME does not hinder a check" \
	exits 0 setpriv --reuid 65534 --regid 65534 --clear-groups env -u OSVC_ROOT HOME=foo /srv/bin/osvc check /srv/limits.lua

arguments() {
	local word
	for word in "" $'\xff' $'\xc3' $'run\xff' -- - --= $'--\xff' "$(head -c 100000 /dev/zero | tr '\0' x)"; do
		orderly osvc "$word" && orderly osvc run limits.lua "$word" && orderly osvc check "$word" &&
			orderly osvc mon "$word" && orderly osvc svc "$word" print status || return
			# shellcheck disable=SC2016 # the inner shell's
		orderly bash -c 'exec -a "$0" osvc run /srv/limits.lua print status' "$word" || return
	done
}
law "arguments and names of any bytes" arguments

# The files of osvc.
STATE=$OSVC_ROOT/var/limits.demo
state_file() { # PATH: any contents
	local path=$1 text
	mkdir -p "${path%/*}"
	for text in '' 'begin\tnan\t1\tstart\n' 'begin\tinf\t1\tstart\ndo\t1e19\tfs#1\tx\n' \
		'begin\t-1e300\t-1\tstart\n' 'begin\t1\t99999999999999999999\tstart\n' '\xff\xfe\0\0\n' '-1 -1\n' \
		'1 1\n' '0\n' 'nan\n' '1e19\n' '[' '{"a":"\\ud800\\u0041"}' '99999999999999999999 99999999999999999999\n'; do
		# shellcheck disable=SC2059 # the text is the format
		printf "$text" >"$path"
		orderly osvc run limits.lua print status && orderly osvc mon && orderly osvc run limits.lua start &&
			orderly osvc run limits.lua status || no "with $text in $path" || return
		# shellcheck disable=SC2059
		printf "$text" >"$path"
		orderly osvc run limits.lua stop || no "with $text in $path" || return
	done
	rm -f "$path"
}
for name in journal last_node l.pid state.json; do
	law "any text in $name" state_file "$STATE/$name"
done
law "any text in the lock file" state_file "$OSVC_ROOT/var/lock/limits.demo"

little_memory() { # a journal of 16 MB of newlines
	local used
	{
		printf 'begin\t1\t1\tstart\n'
		head -c 16000000 /dev/zero | tr '\0' '\n'
	} >"$STATE/journal"
	says "interrupted start" osvc run limits.lua print status || return
	used=$(command time -f %M osvc run limits.lua print status 2>&1 >/dev/null | tail -n 1)
	((used < 200000)) || no "$used kB"
}
mkdir -p "$STATE"
if command -v time >/dev/null; then
	law "a journal of 16 MB costs little memory" little_memory
else
	skip "a journal of 16 MB costs little memory" "no program time"
fi
rm -f "$STATE/journal"

ages() { # files from other times
	local time
	for time in 1901-12-14 1969-12-31T23:59:59 1970-01-01 2100-01-01 2446-05-10; do
		touch -d "$time" limits.lua "$STATE"
		orderly osvc run limits.lua print status && orderly osvc run limits.lua start &&
			orderly osvc run limits.lua stop && orderly osvc check limits.lua || no "with $time" || return
	done
}
law "files from any time" ages

surrogates() {
	printf '[DEFAULT]\nservice_type = TST\nnodes = %s\nsync_days = ["\\ud800\\u0041"]\n' "$(uname -n)" >half.env
	says "half of a surrogate pair" osvc check half.env && orderly osvc check half.env &&
		orderly osvc run half.env print status && orderly osvc run half.env stop
}
law "half a character in a list" surrogates
# One call of C that Lua cannot interrupt by counting instructions.
endless() { # CALL
	cat >endless.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "endless.demo" {
		  osvc.fs "0" { type = "tmpfs", dev = "tmpfs", mnt = "/srv/endless" },
		  osvc.app {
		    timeout = "2s",
		    osvc.launcher "l" { S = 10, start = function(ctx) $1 end },
		  },
		}
	LUA
	takes 0 20000 says "endless.lua:6" osvc run endless.lua start && exits 1 osvc run endless.lua start && clean
}
for call in 'table.move({}, 1, math.maxinteger - 1, 2)' 'table.insert(setmetatable({}, { __len = function() return 1 << 40 end }), 1, 2)' \
	'local s = ("x"):rep(10000000) while true do string.unpack(("i1"):rep(200), s) end'; do
	law "a start that runs into $call is rolled back" endless "$call"
done

twins() { # two launchers whose names are one text in two spellings, and two that are no text
	local dir=/srv/twins.dir name
	mkdir -p "$dir"
	for name in $'S10\xc3\xa9' $'S10e\xcc\x81' $'S10\xff' $'S10\xfe'; do
		printf '#!/bin/sh\nexit 0\n' >"$dir/$name" && chmod 755 "$dir/$name"
	done
	printf '[DEFAULT]\nservice_type = TST\nnodes = %s\n[app]\ndir = %s\n' "$(uname -n)" "$dir" >twins.env
	exits 0 osvc run twins.env start && orderly osvc run twins.env print status && exits 0 osvc run twins.env stop
}
law "launchers whose names are one text in two spellings" twins
law "nothing is left" clean
