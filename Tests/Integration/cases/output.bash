# shellcheck shell=bash
# Nobody reads what an action tells: it goes on, ends, and is complete in the log file.

# Some work, with many lines in between.
cat >talk.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "talk.demo" {
  osvc.flag "0" { file = "/srv/talk.flag" },
  osvc.app { osvc.launcher "talk" { S = 10, K = 10,
    start = function(ctx)
      for i = 1, 3000 do ctx:info(("line %04d "):format(i) .. ("x"):rep(800)) end
    end,
    stop = function(ctx) ctx:info("stopped") end } },
}
LUA
# The same, then something that takes SECONDS.
with_sleep() { # NAME SECONDS
	sed -e "s/talk/$1/g" -e "s|^    stop = .*| } },|" -e "s|^    end,\$|    end },\n  osvc.launcher \"sleeps\" { S = 20, K = false, start = { \"/bin/sleep\", \"$2\" } |" \
		-e 's/S = 10, K = 10/S = 10, K = false/' talk.lua >"$1.lua"
}
with_sleep idle 60
with_sleep slow 3

# Runs COMMAND with standard error, and output, to a pipe that is full and that nobody reads.
unread() { # COMMAND...
	local code=0
	rm -f /srv/pipe
	mkfifo /srv/pipe
	exec 7<>/srv/pipe
	"$@" >/srv/pipe 2>&1 7>&- || code=$?
	exec 7>&-
	return "$code"
}

complete() { # the log file has every line
	local seen
	seen=$(grep -c 'line [0-9]* xxx' "$OSVC_ROOT/log/talk.demo.log" "$OSVC_ROOT"/log/talk.demo.log.1 2>/dev/null |
		awk -F: '{ n += $2 } END { print n }')
	[[ $seen == "$1" ]] || no "the log file has $seen lines instead of $1"
}

free() { # SERVICE: nobody holds its lock
	flock -n "$OSVC_ROOT/var/lock/$1" true || no "the lock of $1 is held"
}

pipe() {
	rm -rf "$OSVC_ROOT"/log/talk.demo.log*
	takes 0 8000 unread osvc run talk.lua start && complete 3000 && free talk.demo && overall talk.lua up &&
		takes 0 8000 unread osvc run talk.lua stop && overall talk.lua down
}

late() { # a reader that comes late sees the beginning, in order, and how much is missing
	local lines lost
	rm -f /srv/pipe
	mkfifo /srv/pipe
	{
		until grep -qs 'line 3000 ' "$OSVC_ROOT/log/slow.demo.log"; do sleep 0.1; done
		cat
	} </srv/pipe >/srv/late &
	osvc run slow.lua start >/srv/pipe 2>&1 || no "the start failed" || return
	wait $!
	lines=$(grep -c 'line [0-9]* xxx' /srv/late)
	((lines > 1000 && lines < 3000)) || no "$lines lines came through" || return
	lost=$(sed -n 's/^osvc: \([0-9]*\) lines were not shown here; the log file has them all$/\1/p' /srv/late)
	# A few lines are not the launcher's.
	((lost >= 3000 - lines && lost < 3010 - lines)) || no "$lines came through, and '$lost' are missing" || return
	diff <(grep -o 'line [0-9]*' /srv/late) <(seq -f 'line %04g' 1 "$lines")
}
# The time of a launcher passes while nobody reads.
with_sleep limit 60
sed -i 's/osvc.app {/osvc.app { timeout = "2s",/' limit.lua
limited() {
	takes 2000 8000 exits 1 unread osvc run limit.lua start && free limit.demo || return
	! pgrep -f "^/bin/sleep 60" >/dev/null || no "the launcher runs on"
}

ended() { # SIGNAL WITHIN-SECONDS: a signal interrupts, though nobody reads
	local pid code=0 began
	rm -f /srv/pipe
	mkfifo /srv/pipe
	exec 7<>/srv/pipe
	osvc run idle.lua start >/srv/pipe 2>&1 7>&- &
	pid=$!
	until pgrep -f "^/bin/sleep 60" >/dev/null; do
		kill -0 "$pid" || no "it ended before" || return
		sleep 0.05
	done
	began=$SECONDS
	kill "-$1" "$pid"
	wait "$pid" || code=$?
	exec 7>&-
	((code == 1 && SECONDS - began <= $2)) || no "$1: exit $code after $((SECONDS - began)) s" || return
	free idle.demo
}

hung_up() { # the action goes on
	local pid
	rm -f /srv/pipe
	mkfifo /srv/pipe
	exec 7<>/srv/pipe
	osvc run idle.lua start >/srv/pipe 2>&1 7>&- &
	pid=$!
	until pgrep -f "^/bin/sleep 60" >/dev/null; do
		kill -0 "$pid" || no "it ended before" || return
		sleep 0.05
	done
	kill -HUP "$pid"
	sleep 0.5
	kill -0 "$pid" || no "HUP ended it" || return
	kill -TERM "$pid"
	wait "$pid"
	exec 7>&-
	free idle.demo
}

# Ctrl-S on a terminal; the exit code goes to /srv/code.
stopped_terminal() { # SECONDS COMMAND...
	rm -f /srv/code
	timeout 60 python3 - "$@" <<-'PY'
		import os, pty, sys, termios, time
		pid, master = pty.fork()
		if pid == 0:
		    termios.tcflow(1, termios.TCOOFF)
		    os.execvp(sys.argv[2], sys.argv[2:])
		end = time.time() + float(sys.argv[1])
		while time.time() < end:
		    done, status = os.waitpid(pid, os.WNOHANG)
		    if done:
		        open("/srv/code", "w").write(str(os.waitstatus_to_exitcode(status)))
		        break
		    time.sleep(0.05)
		else:
		    os.kill(pid, 9)
	PY
	[[ -e /srv/code ]] || no "it did not end within $1 s" || return
	return "$(cat /srv/code)"
}

terminal() {
	rm -rf "$OSVC_ROOT"/log/talk.demo.log*
	exits 0 stopped_terminal 8 osvc run talk.lua start && complete 3000 && free talk.demo &&
		exits 0 stopped_terminal 8 osvc run talk.lua stop && overall talk.lua down
}

slow_reader() { # what is asked for is not lost, however slow it is read
	local names
	osvc run many.lua print status >/srv/fast || return
	osvc run many.lua print status | { sleep 2.5 && cat; } >/srv/slow
	cmp /srv/fast /srv/slow || return
	names=$(stat -c %s /srv/fast)
	((names > 70000)) || no "only $names bytes, which a pipe takes at once"
}
{
	echo 'local osvc = require "osvc.v1"'
	echo 'return osvc.service "many.demo" {'
	for i in {1..900}; do echo "osvc.flag '$i' { file = '/srv/a-name-that-is-a-little-longer-than-most-names-of-files-are.$i' },"; done
	echo '}'
} >many.lua

flags() { # the flag that others share stays as it was
	local before
	rm -f /srv/pipe
	mkfifo /srv/pipe
	exec 7<>/srv/pipe
	before=$(grep flags /proc/$$/fdinfo/7)
	osvc run talk.lua start >&7 2>&7 || return
	[[ $before == "$(grep flags /proc/$$/fdinfo/7)" ]] || no "O_NONBLOCK was set on a shared descriptor" || return
	exec 7>&-
	osvc run talk.lua stop >/dev/null 2>&1
}

law "a full pipe as output and error" pipe
law "a reader who comes late is told what is missing" late
law "TERM ends an action that nobody reads" ended TERM 5
law "INT too" ended INT 5
law "a launcher's limit passes" limited
law "HUP lets it go on" hung_up
law "a terminal stopped with Ctrl-S" terminal
law "a status waits for a slow reader" slow_reader
law "descriptors that others share stay as they are" flags

printf '#!/bin/sh\nprintf "a\\033[31mb\\rc\\n"\nexit 3\n' >/srv/colours
printf '#!/bin/sh\r\nexit 0\r\n' >/srv/crlf
printf '#!/usr/bin/env sh\r\nexit 0\r\n' >/srv/envlf
chmod 755 /srv/colours /srv/crlf /srv/envlf
shown() { # PROGRAM TEXT: on the terminal and in the log file
	cat >shown.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "shown.demo" {
		  osvc.app { ${3:+pre_start = [[$3]],} osvc.launcher "s" { S = 10, start = { "$1" }, K = false } },
		}
	LUA
	says "$2" osvc run shown.lua start && grep -qF "$2" "$OSVC_ROOT/log/shown.demo.log" || return
	! grep -q $'[\033\r]' "$OSVC_ROOT/log/shown.demo.log" || no "the log has control characters"
}
law "control characters of a program's output are written out" shown /bin/true 'a\x1b[31mb\rc' /srv/colours
law "a script with CR LF is named as one" shown /srv/crlf "'/bin/sh\\r' does not exist: the lines of the file end in CR LF"
law "also where env looks for its interpreter" shown /srv/envlf "/srv/envlf names its interpreter with a CR"
