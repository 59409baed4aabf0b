# shellcheck shell=bash
# Two hundred processes that want different things of one service at the same time.

CALLERS=200
# Every run fights the same fight; who wins is up to the machine.
RANDOM=200

service fight <<-END
	[fs#0]
	type = tmpfs
	dev = /dev/null
	mnt = /srv/fight/a
	[fs#1]
	type = tmpfs
	dev = /dev/null
	mnt = /srv/fight/b
END
# Notes when it begins and ends, and counts its runs in a way that loses one when two run at once.
launcher fight ledger <<'END'
#!/bin/sh
case $1 in
start | stop)
	echo "begin $1 $$" >>/srv/ledger
	count=$(cat /srv/count)
	sleep 0.02
	echo $((count + 1)) >/srv/count
	if [ "$1" = start ]; then : >/srv/running; else rm -f /srv/running; fi
	echo "end $1 $$" >>/srv/ledger
	;;
status) test -e /srv/running ;;
esac
END
mkdir -p /srv/calls
echo 0 >/srv/count
: >/srv/ledger

# One caller: its pid is the program's. What is left of it: words, pid, code, out, err.
call() { # NUMBER WORD...
	local here=/srv/calls/$1 code=0
	shift
	printf '%s\n' "${*: -1}" >"$here.words"
	# shellcheck disable=SC2016 # for the inner shell
	timeout 120 bash -c 'echo $$ >"$0.pid"; exec fight "$@"' "$here" "$@" >"$here.out" 2>"$here.err" || code=$?
	echo "$code" >"$here.code"
}

fought() {
	local number
	for ((number = 1; number <= CALLERS; number++)); do
		case $((RANDOM % 5)) in
		0) call "$number" print status & ;;
		1 | 2) call "$number" --waitlock $((RANDOM % 4)) start & ;;
		*) call "$number" --waitlock $((RANDOM % 4)) stop & ;;
		esac
	done
	wait
	(($(cat /srv/calls/*.code | wc -l) == CALLERS)) || no "not every caller came back"
}

# The numbers of the calls of ACTION that exited CODE.
callers() { # ACTION CODE
	local here
	for here in /srv/calls/*.words; do
		here=${here%.words}
		if [[ $(<"$here.words") == "$1" && $(<"$here.code") == "$2" ]]; then echo "$here"; fi
	done
}

count() { callers "$@" | grep -c .; }

codes() { # 0 or 1, and 0 of every status
	local here
	for here in /srv/calls/*.code; do
		[[ $(<"$here") == 0 || ($(<"$here") == 1 && $(<"${here%.code}.words") != status) ]] || {
			cat "${here%.code}.err"
			no "$(<"${here%.code}.words") exited $(<"$here")"
		} || return
	done
}

not_vacuous() {
	local winners=$(($(count start 0) + $(count stop 0))) losers=$(($(count start 1) + $(count stop 1)))
	((winners >= 10 && losers >= 10)) || no "$winners winners and $losers losers: that was no fight"
	echo "$winners winners, $losers losers" >/srv/outcome
}

# One line says that it lost, to whom, and what that one was doing; that one was one of the callers, and
# was doing it.
losers() {
	local here text line pid action
	local -A doing
	for here in /srv/calls/*.pid; do doing[$(<"$here")]=$(<"${here%.pid}.words"); done
	while read -r here; do
		text=$(grep ' ERROR ' "$here.err")
		mapfile -t line <<<"$text"
		[[ ${#line[@]} == 1 && $text =~ pid\ ([0-9]+)\ \(([a-z]+)\) ]] || {
			cat "$here.err"
			no "a loser does not say by one line who holds the service"
		} || return
		pid=${BASH_REMATCH[1]} action=${BASH_REMATCH[2]}
		[[ ${doing[$pid]-none} == "$action" ]] || no "pid $pid was doing ${doing[$pid]-nothing}: $text" || return
		! grep -q spawn "$here.err" || no "a loser ran a launcher" || return
	done < <(callers start 1 && callers stop 1)
}

whole_trees() {
	local here
	while read -r here; do
		[[ $(head -n 1 "$here.out") == fight && $(tail -n 1 "$here.out") == "'- hb "* ]] || {
			cat "$here.out" "$here.err"
			no "a status is not whole"
		} || return
	done < <(callers status 0)
}

one_at_a_time() { # each begin is followed by its own end
	local bad
	bad=$(awk '
		$1 == "begin" && open { print NR ": " $0 " during " open }
		$1 == "begin" { open = $2 " " $3 }
		$1 == "end" && $2 " " $3 != open { print NR ": " $0 " after " open }
		$1 == "end" { open = "" }
		END { if (open) print "no end of " open }' /srv/ledger)
	[[ -z $bad ]] || no "$bad"
}

none_lost() { # the count is that of the runs, and each winner ran its launcher once
	local runs starts stops
	runs=$(grep -c ^begin /srv/ledger) starts=$(grep -c '^begin start' /srv/ledger) stops=$(grep -c '^begin stop' /srv/ledger)
	[[ $(</srv/count) == "$runs" ]] || no "$runs runs counted $(</srv/count)" || return
	[[ $starts == "$(count start 0)" && $stops == "$(count stop 0)" ]] ||
		no "$starts starts and $stops stops ran, $(count start 0) and $(count stop 0) succeeded"
}

whole() { # all up or all down, as the last one wanted
	local wanted=down
	if [[ $(tail -n 1 /srv/ledger) == "end start "* ]]; then wanted=up; fi
	shows fight overall "$wanted" && shows fight fs#0 "$wanted" && shows fight fs#1 "$wanted" && shows fight app "$wanted"
}

law "$CALLERS processes start, stop and look" fought
law "they exit 0 or 1, each status 0" codes
law "some won and some lost" not_vacuous
law "each loser names the holder and what it does" losers
law "each status is whole" whole_trees
law "never two launchers at once" one_at_a_time
law "no update is lost, none is done twice" none_lost
law "what is left is all up or all down" whole
law "the next stop finds it free" exits 0 fight --waitlock 0 stop
law "nothing is left" clean
