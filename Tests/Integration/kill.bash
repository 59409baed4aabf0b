# shellcheck shell=bash
# osvc is killed at every step of a start and of a stop: before and after each record of the journal,
# before each file that tells where a daemon is, and right after each program was started. strace does
# it, as a call is entered, so the program needs to know nothing of it. The case that reads this says where, in
# WALKS: a line each of an action, a point, how many of them there are at least, and words for it. Three cases
# share them, for they wait most of their time.

JOURNAL=$OSVC_ROOT/var/web/journal

# The machine without what differs from one start to the next.
shape() { machine | sed -E 's/^[0-9]+ //; s/loop[0-9]+/loop/'; }

# What to kill at: a name, then strace's choice of calls.
declare -A POINTS=(
	[record]="write -P $JOURNAL"
	[sync]="fdatasync -P $JOURNAL"
	[replace]="renameat"
	[remove]="unlinkat"
	[program]="pidfd_open"
)

# Kills at the Nth POINT; 1 when the action ended without reaching it.
killed() { # ACTION POINT N
	local code=0 call paths
	read -r call paths <<<"${POINTS[$2]}"
	# shellcheck disable=SC2086 # several words
	strace -qq -o /dev/null -e "trace=$call" $paths -e "inject=$call:signal=KILL:when=$3" \
		osvc run web.lua "$1" >/srv/killed.log 2>&1 || code=$?
	[[ $code != 0 ]] || return 1
	[[ $code == 137 ]] || {
		echo "killed at $2 $3, $1 exited $code:"
		cat /srv/killed.log
		exit 1
	}
}

unfinished() { # the journal has a beginning without an end
	awk -F'\t' '$1 == "begin" { open = 1 } $1 == "end" { open = 0 } END { exit !open }' "$JOURNAL"
}

# What the next status has to say: whatever was begun and not ended, and no more.
explained() { # ACTION POINT N
	local seen
	if unfinished; then
		says "interrupted $1" osvc run web.lua print status || no "killed at $2 $3"
		return
	fi
	seen=$(shape)
	if [[ $seen == "$DOWN" || $seen == "$UP" ]]; then return; fi
	diff <(echo "$UP") <(echo "$seen")
	no "killed at $2 $3, half done and no word in the journal"
}

# The state that ACTION begins from.
prepare() { # ACTION
	if [[ $1 == start ]]; then
		osvc run web.lua stop && clean
	else
		osvc run web.lua start && overall web.lua up
	fi
}

finished() { # NEXT-ACTION
	if [[ $1 == start ]]; then
		exits 0 osvc run web.lua start && overall web.lua up
	else
		exits 0 osvc run web.lua stop && overall web.lua down && clean
	fi && ! unfinished
}

walk() { # ACTION POINT NEXT-ACTION
	local n=0
	while :; do
		n=$((n + 1))
		prepare "$1" || no "cannot $1 before point $n" || return
		if ! killed "$1" "$2" "$n"; then break; fi
		explained "$1" "$2" "$n" || return
		finished "$3" || no "$3 after a kill at $2 $n of $1" || return
		((n < 100)) || no "$1 has no end" || return
	done
	prepare start || return
	echo "$((n - 1))" >"/srv/points.$1.$2.$3"
}

stages() { # what the machine looks like on both ends
	osvc run web.lua start && shape >/srv/up.state &&
		osvc run web.lua stop && shape >/srv/down.state && clean
}

walked() { # ACTION POINT AT-LEAST: points were reached at all, as many for both next actions
	local started stopped
	started=$(cat "/srv/points.$1.$2.start") stopped=$(cat "/srv/points.$1.$2.stop")
	[[ $started == "$stopped" && $started -ge $3 ]] || no "$started and $stopped points, $3 expected"
}

law "start and stop, undisturbed" stages
UP=$(cat /srv/up.state) DOWN=$(cat /srv/down.state)
while read -r action point least words; do
	for next in start stop; do
		law "$action killed $words, then $next" walk "$action" "$point" "$next"
	done
	law "$least points or more of it" walked "$action" "$point" "$least"
done <<<"$WALKS"
