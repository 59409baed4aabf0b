# shellcheck shell=bash
# Programs and directories that somebody else may change.

export OSVC_ROOT=/srv/opensvc
chmod 755 /srv /srv/opensvc /srv/opensvc/*
mkdir -p /srv/w /srv/opensvc/var/lock /srv/opensvc/var/p.demo
prog() { # OWNER MODE
	printf '#!/bin/sh\necho called >>/srv/calls\n' >/srv/w/prog
	chown "$1" /srv/w/prog
	chmod "$2" /srv/w/prog
	rm -f /srv/calls
}
strict() { printf '[node]\nstrict = %s\n' "$1" >/srv/opensvc/etc/node.conf; }

service() { # WHAT IS IN app
	cat >p.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "p.demo" {
		  ${2-}
		  osvc.app { $1 },
		}
	LUA
}
launcher='osvc.launcher "p" { S = 10, K = 10, start = { "/w/prog" }, stop = { "/bin/true" } }'
launcher=${launcher/\/w/\/srv\/w}
sh_launcher=${launcher/\"\/srv/\"/bin/sh\", \"\/srv}
function_launcher='osvc.launcher "p" { S = 10, start = function(ctx) ctx:exec { "/srv/w/prog" } end }'
daemon='osvc.daemon "p" { S = 10, cmd = { "/srv/w/prog" } }'
check='osvc.launcher "p" { S = 10, start = { "/bin/true" }, status = osvc.check.exec { "/srv/w/prog" } }'
trigger='osvc.launcher "p" { S = 10, start = { "/bin/true" } }, pre_start = "/srv/w/prog"'

told() { # APP [SERVICE]: a warning, in an action once and in a check, and it runs
	local output
	strict false
	prog nobody 777
	service "$@"
	output=$(osvc run p.lua start 2>&1)
	[[ $(grep -c "WARNING.*/srv/w/prog may be changed by others.*osvc trust fix /srv/w/prog" <<<"$output") == 1 ]] ||
		no "told not once: $output" || return
	osvc run p.lua stop >/dev/null 2>&1
	[[ -e /srv/calls ]] || no "it was not run: $output"
}
checked() {
	prog nobody 777
	service "$@"
	says "warning: /srv/w/prog may be changed by others" osvc check p.lua
}
refused() { # a strict node does not start it
	local output code=0
	strict true
	prog nobody 777
	service "$@"
	output=$(osvc run p.lua start 2>&1) || code=$?
	[[ $code == 1 && $output == *"strict = true in"* && ! -e /srv/calls ]] || no "exit $code: $output"
}

law "a launcher's program that others may change is told" told "$launcher"
law "and by a check" checked "$launcher"
law "and refused by a strict node" refused "$launcher"
law "what a shell is given is judged, too" told "$sh_launcher"
law "by a check" checked "$sh_launcher"
law "and refused" refused "$sh_launcher"
for words in '"python3.11", "/srv/w/prog"' '"start-stop-daemon", "--start", "--exec", "/srv/w/prog"' \
	'"flock", "/srv/l", "/srv/w/prog"' '"sh", "-c", "/srv/w/prog start"'; do
	runs="osvc.launcher \"p\" { S = 10, start = { $words } }"
	law "so is what is run by ${words%%,*}" checked "$runs"
	law "and refused" refused "$runs"
done
law "a program that a function runs" told "$function_launcher"
law "is refused by a strict node" refused "$function_launcher"
law "a daemon's program" told "$daemon"
law "by a check" checked "$daemon"
law "is refused" refused "$daemon"
law "a trigger's program" told "$trigger"
law "by a check" checked "$trigger"
law "is refused" refused "$trigger"
law "a program of a check" checked "$check"
law "is refused" refused "$check"

quiet() { # OWNER MODE
	strict true
	prog "$1" "$2"
	service "${3:-$launcher}"
	exits 0 osvc run p.lua start && ! osvc check p.lua | grep "may be changed"
}
law "root's program is not told" quiet root 755
law "nor one of the user that it runs as" quiet nobody 755 \
	'osvc.launcher "p" { S = 10, user = "nobody", start = { "/bin/sh", "-c", "true" }, stop = { "/srv/w/prog" } }'

strict false
prog root 755
service "$launcher"
unsafe() { # DIRECTORY CHANGE...: a start is refused, a check tells, a stop goes on
	local dir=$1 output code=0
	shift
	mkdir -p "$dir"
	"$@" "$dir"
	rm -f /srv/calls
	output=$(osvc run p.lua start 2>&1) || code=$?
	says "warning: $dir" osvc check p.lua || return
	[[ $code == 1 && $output == *"$dir"*"ch"*" $dir"* && ! -e /srv/calls ]] || no "start: exit $code: $output" || return
	output=$(osvc run p.lua stop 2>&1) || no "stop: $output" || return
	[[ $output == *WARNING*"$dir"* ]] || no "stop: $output" || return
	chown root "$dir"
	chmod 755 "$dir"
	exits 0 osvc run p.lua start
}
for dir in var var/lock var/p.demo log tmp; do
	law "a $dir that others may write to refuses a start" unsafe "/srv/opensvc/$dir" chmod 777
	law "and one that is another user's" unsafe "/srv/opensvc/$dir" chown nobody
done

fix_writer() { # who has the file open goes on writing, to the old file
	prog nobody 777
	exec 9>>/srv/w/prog
	osvc trust fix /srv/w/prog || return
	echo 'echo evil' >&9
	exec 9>&-
	grep evil /srv/w/prog && return 1
	[[ $(stat -c '%u %a' /srv/w/prog) == "0 755" ]] || no "$(stat /srv/w/prog)"
}
law "osvc trust fix leaves the former owner's open file behind" fix_writer

hooked() { # STRICT COMMAND...: with a hook whose program others may change
	local code=0
	strict "$1"
	shift
	prog nobody 777
	service "$launcher"
	cat >/srv/opensvc/etc/site.d/p.lua <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.hooks "p" {
		  osvc.hook "p" { on = "start.pre", run = function(ev) ev:exec { "/srv/w/hook" } end },
		}
	LUA
	cp /srv/w/prog /srv/w/hook
	chmod 777 /srv/w/hook
	prog root 755
	"$@" || code=$?
	osvc run p.lua stop
	rm /srv/opensvc/etc/site.d/p.lua
	return "$code"
}
hook_refused() {
	local output code=0
	output=$(osvc run p.lua start 2>&1) || code=$?
	[[ $code == 1 && $output == *"strict = true in"* && ! -e /srv/calls ]] || no "exit $code: $output"
}
law "a program that a hook runs is told" \
	hooked false says "/srv/w/hook may be changed by others" osvc run p.lua start
law "and refused by a strict node" hooked true hook_refused

status_service() {
	cat >p.lua <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.service "p.demo" {
		  osvc.app { osvc.launcher "p" { S = 10, start = { "/bin/true" }, status = { "/srv/w/prog" } } },
		}
	LUA
}
looked() { # a look runs programs, too
	strict false
	prog nobody 777
	status_service
	local output
	output=$(osvc run p.lua print status 2>&1)
	[[ $(grep -c "WARNING.*/srv/w/prog may be changed by others.*osvc trust fix /srv/w/prog" <<<"$output") == 1 ]] ||
		no "$output"
}
law "a program that a status runs is told" looked

acts() { # ACTION: not in directories of others
	local output code=0
	prog root 755
	service "$launcher"
	chown nobody /srv/opensvc/var
	output=$(osvc run p.lua "$1" 2>&1) || code=$?
	chown root /srv/opensvc/var
	[[ $code == 1 && $output == *"/srv/opensvc/var belongs to user"*"chown root /srv/opensvc/var"*"$1: nothing was done"* ]] ||
		no "exit $code: $output"
}
for action in freeze thaw resource_monitor syncnodes; do
	law "$action in directories of others is refused" acts "$action"
done
grouped() {
	prog root 755
	service "$launcher"
	chmod 775 /srv/opensvc/log
	exits 0 osvc run p.lua start && exits 0 osvc run p.lua stop
	chmod 755 /srv/opensvc/log
}
law "a log directory of a group is good enough" grouped
