# shellcheck shell=bash disable=SC2154 # HERE, LAB, OSVC and KEEP are set by the script that sources this
# steps.bash - what the scripts of this folder share.

failed=0
passed=0

step() { # NAME FUNCTION ARGS...: runs it, counts it, shows what it printed when it fails
	local name=$1 output word=ok
	shift
	from=$(date +%s%N)
	output=$("$@" 2>&1) || word=FAIL
	printf '%-4s %6.2fs  %s\n' "$word" "$((($(date +%s%N) - from) / 10000000))e-2" "$name"
	if [[ $word == ok ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s\n' "$output" | sed 's/^/     | /'
	fi
}

finish() {
	if ((!KEEP)); then step "lab down" "$LAB" down; fi
	echo "$passed passed, $failed failed"
	((failed == 0))
	exit
}

# What follows works on one node, and fails with what it saw.
on() { "$LAB" shell "$1" "set -e; $2" </dev/null; }

exits() { # CODE COMMAND...
	local wanted=$1 code=0
	shift
	"$@" || code=$?
	[[ $code == "$wanted" ]] || {
		echo "exit $code instead of $wanted"
		return 1
	}
}

program() { # NODE FILE: gets osvc and a service file of this folder
	"$LAB" push "$OSVC" "$1:/usr/local/bin/osvc" && "$LAB" push "$HERE/$2" "$1:/root/" &&
		on "$1" "chmod 755 /usr/local/bin/osvc; chmod 644 /root/$2; sync; osvc --version"
}
