# shellcheck shell=bash
# osvc is killed at every point where it speaks to the disk: before each journal entry is written,
# and before it is synced, in a start and in a stop. strace does it, as the call is entered, so the
# program needs to know nothing of it.

# The machine without what differs from one start to the next.
shape() { machine | sed -E 's/^[0-9]+ //; s/loop[0-9]+/loop/'; }

# Kills at the Nth CALL; 1 when the action ended without reaching it.
killed() { # ACTION CALL N
	local code=0
	strace -qq -o /dev/null -e "trace=$2" -e "inject=$2:signal=KILL:when=$3" \
		osvc run web.lua "$1" >/dev/null 2>&1 || code=$?
	[[ $code != 0 ]] || return 1
	[[ $code == 137 ]] || {
		echo "killed at $2 $3, $1 exited $code"
		exit 1
	}
}

# A machine between down and up is explained by the next status.
explained() { # ACTION CALL N
	local seen
	seen=$(shape)
	if [[ $seen == "$DOWN" || $seen == "$UP" ]]; then return; fi
	says "interrupted $1" osvc run web.lua print status || no "killed at $2 $3"
}

prepare() { # ACTION: the state it starts from
	if [[ $1 == start ]]; then return; fi
	osvc run web.lua start || no "cannot start for the next point"
}

finish() { # NEXT-ACTION
	if [[ $1 == start ]]; then
		exits 0 osvc run web.lua start && overall web.lua up || return
	fi
	exits 0 osvc run web.lua stop && clean
}

walk() { # ACTION CALL NEXT-ACTION
	local n=0
	while :; do
		n=$((n + 1))
		prepare "$1" || return
		if ! killed "$1" "$2" "$n"; then break; fi
		explained "$1" "$2" "$n" || return
		if ! finish "$3"; then
			no "$3 after a kill at $2 $n of $1"
			return
		fi
		((n < 400)) || no "$1 has no end" || return
	done
	finish stop || return
	echo "$((n - 1))" >"/srv/points.$1.$2"
}

stages() { # what the machine looks like on both ends
	osvc run web.lua start && shape >/srv/up.state &&
		osvc run web.lua stop && shape >/srv/down.state && clean
}

walked() { # some point was reached at all
	local points
	points=$(cat /srv/points.* | awk '{ n += $1 } END { print n }')
	((points >= 20)) || no "only $points points"
}

law "start and stop, undisturbed" stages
UP=$(cat /srv/up.state) DOWN=$(cat /srv/down.state)
for action in start stop; do
	for call in fsync fdatasync; do
		for next in start stop; do
			law "$action killed at every $call, then $next" walk "$action" "$call" "$next"
		done
	done
	law "$action killed at every write, then start" walk "$action" write start
	law "$action killed at every write, then stop" walk "$action" write stop
done
law "there were points to kill at" walked
