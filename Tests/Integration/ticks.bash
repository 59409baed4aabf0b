# shellcheck shell=bash
# A daemon of no work, and how many of it run.

mkdir -p /srv/d
cat >/srv/d/ticks <<'SH'
#!/bin/sh
trap 'exit 0' TERM
while :; do sleep 0.2; done
SH
chmod 755 /srv/d/*
chmod 777 /srv/d

# Without what one of them has forked, which bears its name until it has become its sleep.
ticks() {
	ps -eo pid=,ppid=,args= | awk '
		NF == 4 && $3 == "/bin/sh" && $4 == "/srv/d/ticks" { parent[$1] = $2 }
		END { for (pid in parent) if (!(parent[pid] in parent)) n++; print n + 0 }'
}

count() { # N: so many run; one that was just started may still be on its way to its program
	local seen end=$((SECONDS + 5))
	seen=$(ticks)
	while ((seen < $1 && SECONDS < end)); do seen=$(ticks); done
	((seen == $1)) || no "$seen run instead of $1"
}

away() { # leaves nothing of a law for the next
	while pgrep -f '/srv/d/[a-z]+$|^sleep (77[0-9]|0\.2)$' >/dev/null; do
		pkill -KILL -f '/srv/d/[a-z]+$|^sleep (77[0-9]|0\.2)$'
		sleep 0.01
	done
	rm -rf "$OSVC_ROOT"/var/*.demo /srv/d/*.pid /srv/d/calls
	true
}
