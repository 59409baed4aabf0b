# shellcheck shell=bash
# What osvc writes as root where others may write: nobody else says where it lands.

# The kernel's own guards may be off on the machine that counts.
declare -A GUARDS
for guard in symlinks hardlinks fifos regular; do
	GUARDS[$guard]=$(cat "/proc/sys/fs/protected_$guard") || continue
	echo 0 2>/dev/null >"/proc/sys/fs/protected_$guard" || true
done
mkdir -p /srv/hers /srv/roots "$OSVC_ROOT/tmp"
chown nobody /srv/hers

daemon() { # LOG [PIDFILE]
	cat >d.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "d.demo" {
		  osvc.app {
		    osvc.daemon "d" {
		      S = 10, cmd = { "/bin/sh", "-c", "echo evil; exec sleep 304" }, user = "nobody",
		      log = "$1",${2:+ pidfile = "$2",}
		    },
		  },
		}
	LUA
}

precious() {
	rm -rf /srv/hers/* /srv/roots/*
	echo precious >/srv/roots/file
}

is_precious() {
	[[ $(cat /srv/roots/file) == precious ]] || no "it was written: $(cat /srv/roots/file)"
	[[ $(ls /srv/roots) == file ]] || no "it was made: $(ls /srv/roots)"
}

ends() { osvc run d.lua stop >/dev/null 2>&1; }

# A planted thing: the root-owned file is as it was, the message names the log, nothing runs.
refused() { # PLANT-COMMAND...
	local output code=0
	precious
	"$@" || return
	daemon /srv/hers/d.log
	output=$(timeout 20 osvc run d.lua start 2>&1) || code=$?
	ends
	is_precious || return
	[[ $code == 1 && $output == *"/srv/hers/d.log"* ]] || no "exit $code: $output"
}

as_nobody() { setpriv --reuid nobody --clear-groups "$@"; }
a_link() { as_nobody ln -s /srv/roots/file /srv/hers/d.log; }
a_dangling_link() { as_nobody ln -s /srv/roots/new /srv/hers/d.log; }
a_hard_link() { ln /srv/roots/file /srv/hers/d.log; }
a_fifo() { as_nobody mkfifo /srv/hers/d.log; }
a_read_fifo() {
	as_nobody mkfifo /srv/hers/d.log
	(exec timeout 5 cat /srv/hers/d.log) >/dev/null &
}
a_directory() { as_nobody mkdir /srv/hers/d.log; }

by_a_linked_directory() {
	precious
	as_nobody ln -s /srv/roots /srv/hers/sub
	daemon /srv/hers/sub/d.log
	exits 1 osvc run d.lua start
	ends
	is_precious
}

pid_file_by_a_linked_directory() {
	precious
	as_nobody ln -s /srv/roots /srv/hers/sub
	daemon /srv/hers/d.log /srv/hers/sub/d.pid
	osvc run d.lua start
	ends
	is_precious
}

written() { # PATH: by the daemon, which takes a moment
	local until=$((SECONDS + 10))
	until grep -qs evil "$1"; do
		((SECONDS <= until)) || no "nothing is in $1" || return
		sleep 0.05
	done
}

logs() { # PATH: it is written there
	daemon "$1"
	exits 0 osvc run d.lua start && written "$1" && exits 0 osvc run d.lua stop
}

hers() { precious && logs /srv/hers/d.log; }
her_own_file() { precious && as_nobody touch /srv/hers/d.log && logs /srv/hers/d.log; }
roots_file_in_hers() { precious && touch /srv/hers/d.log && logs /srv/hers/d.log; }
her_file_in_roots() { precious && touch /srv/roots/d.log && chown nobody /srv/roots/d.log && logs /srv/roots/d.log; }
by_roots_link() { precious && ln -sfn roots /srv/link && logs /srv/link/d.log; }
sticky() { mkdir -p /srv/sticky && chmod 1777 /srv/sticky && logs /srv/sticky/d.log; }
null() { daemon /dev/null && exits 0 osvc run d.lua start && exits 0 osvc run d.lua stop; }

law "the log is no link of the daemon's user" refused a_link
law "nor a dangling one" refused a_dangling_link
law "nor a hard link to a file of root" refused a_hard_link
law "nor a FIFO" refused a_fifo
law "nor a FIFO that is read" refused a_read_fifo
law "nor a directory" refused a_directory
law "nor behind a directory that is such a link" by_a_linked_directory
law "a pid file is not written behind one either" pid_file_by_a_linked_directory
law "a log in the user's own directory is written" hers
law "the user's own file, too" her_own_file
law "and one that root made there" roots_file_in_hers
law "a user's file in root's directory" her_file_in_roots
law "a log behind root's link to a directory" by_roots_link
law "a log in a sticky directory" sticky
law "a log to /dev/null" null

cat >s.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "s.demo" {
  osvc.app { osvc.launcher "s" { S = 10, K = 10, start = { "/bin/echo", "evil" }, stop = { "/bin/echo", "evil" } } },
}
LUA

launcher_log() {
	local tmp=$OSVC_ROOT/tmp
	precious
	chmod 1777 "$tmp"
	rm -f "$tmp"/*
	as_nobody ln -s /srv/roots/file "$tmp/svc_s.demo_s.log"
	timeout 20 osvc run s.lua stop
	is_precious
	chmod 755 "$tmp"
	rm -f "$tmp"/*
}
law "a launcher's output is not truncated into another file" launcher_log

script() { # LINES of a start
	cat >w.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "w.demo" {
		  osvc.app { osvc.launcher "w" { S = 10, start = function(ctx) $1 end } },
		}
	LUA
	osvc run w.lua start
}
scripts() {
	precious
	as_nobody ln -s /srv/roots /srv/hers/sub
	script 'ctx:write_file("/srv/hers/sub/new", "evil")'
	script 'ctx:mkdir("/srv/hers/sub/new")'
	script 'ctx:symlink("evil", "/srv/hers/sub/new")'
	script 'ctx:remove("/srv/hers/sub/file")'
	is_precious
}
law "what a script writes, makes and removes is guarded, too" scripts

# They are the machine's, whatever the namespace.
for guard in "${!GUARDS[@]}"; do
	echo "${GUARDS[$guard]}" 2>/dev/null >"/proc/sys/fs/protected_$guard" || true
done
