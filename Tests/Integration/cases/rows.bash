# shellcheck shell=bash
# Tables of all services: one that cannot be loaded or asked is a row that says so, and the others are shown.

MONITOR=(osvc mon)
etc() { cat >"$OSVC_ROOT/etc/$1"; }

good() { # NAME
	etc "$1.env" <<-ENV
		[DEFAULT]
		service_type = TST
		nodes = $(uname -n)
		[fs#0]
		type = tmpfs
		dev = tmpfs
		mnt = /srv/$1
	ENV
}

# Its status is asked by a program that ends the osvc that asks.
deadly() { # NAME SIGNAL
	etc "$1.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "$1" {
		  osvc.app {
		    osvc.launcher "l" {
		      S = 10, start = { "/bin/true" }, stop = { "/bin/true" },
		      status = { "/bin/sh", "-c", "kill -$2 \$PPID" },
		    },
		  },
		}
	LUA
}

row() { # NAME PATTERN: its row
	local seen
	seen=$("${MONITOR[@]}" 2>/dev/null | awk -v name="$1" '$1 == name')
	[[ $seen =~ $2 ]] || no "the row of $1 is '$seen'"
}

for name in a m z; do good $name; done
law "of good ones alone the table exits 0" exits 0 "${MONITOR[@]}"

elsewhere() { # its launcher is in the directory that `dir` names
	mkdir -p /srv/launchers
	# shellcheck disable=SC2016 # for the launcher
	printf '#!/bin/sh\nkill -9 $PPID\n' >/srv/launchers/C10x
	chmod 755 /srv/launchers/C10x
	good d
	printf '[app]\ndir = /srv/launchers\n' >>"$OSVC_ROOT/etc/d.env"
	row d 'cannot be asked \(ended by signal 9\)$'
}
law "one that ends who asks it, by a launcher that is found only when it is loaded" elsewhere
rm "$OSVC_ROOT/etc/d.env"

etc broken.lua <<<'return {'
law "one that cannot be loaded is a row that says so" row broken 'undef.*cannot be loaded$'
law "and the table exits 1" exits 1 "${MONITOR[@]}"
law "and so does the list of trees" exits 1 "${MONITOR[@]}" --verbose
law "which says so, too" says "# cannot be loaded" "${MONITOR[@]}" --verbose
rm "$OSVC_ROOT/etc/broken.lua"

odd_name() {
	local name=$'o\tdd'
	good "$name"
	row 'o?dd' 'undef.*has control characters in its name: rename its file$' || return
	exits 1 "${MONITOR[@]}" --verbose || return
	rm "$OSVC_ROOT/etc/$name.env"
}
others() { # STATUS: the good ones are shown
	local name
	for name in a m z; do row $name ' TST +hosted .* down +down +False$' || return; done
}

deadly b 10
deadly n 9
deadly y 24
law "one that ends who asks it is a row that says by what" row b 'cannot be asked \(ended by signal 10\)$'
law "another likewise" row n 'cannot be asked \(ended by signal 9\)$'
law "and the last" row y 'cannot be asked \(ended by signal 24\)$'
law "the others are shown" others
law "the table exits 1" exits 1 "${MONITOR[@]}"
trees() {
	local seen
	seen=$("${MONITOR[@]}" --verbose 2>/dev/null)
	[[ $(grep -cE '^(a|b|m|n|y|z)$' <<<"$seen") == 6 && $seen == *"# cannot be asked (ended by signal 9)"* ]] || no "$seen"
}
law "each has a tree, or says why not" trees

rm "$OSVC_ROOT/etc/"{b,n,y}.lua
deadly h STOP
law "one that stops who asks it has given no answer" takes 29000 40000 row h 'cannot be asked \(no answer\)$'
rm "$OSVC_ROOT/etc/h.lua"

orphan() { # who asked was killed: the process that asks for it ends too, with its launcher
	etc w.lua <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.service "w" {
		  osvc.app { osvc.launcher "l" { S = 10, start = { "/bin/true" }, status = { "/bin/sleep", "311" } } },
		}
	LUA
	"${MONITOR[@]}" >/dev/null 2>&1 &
	sleep 1
	pgrep -f 'sleep 311' >/dev/null || no "nobody asks" || return
	kill -KILL $!
	sleep 7
	rm "$OSVC_ROOT/etc/w.lua"
	! pgrep -f 'sleep 311|--rows' || no "somebody still asks"
}
law "who asks for one that was killed ends" orphan
law "a name with a control character is a row that says so" odd_name

deadly y 24
etc y.env <<<''
law "one that two files describe is a row" row y 'cannot be loaded$'
law "nothing is left" clean
