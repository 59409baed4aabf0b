# shellcheck shell=bash
# What the caller's environment makes a root call do: nothing but what the manual says.

cat >slow.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "slow.demo" {
  osvc.app { osvc.launcher "slow" { S = 10, K = false, start = { "/bin/sleep", "5" } } },
}
LUA
cat >/srv/evil.sh <<'SH'
#!/bin/sh
id -u >/srv/evil.out
SH
chmod 755 /srv/evil.sh

# A crash of the program while NAME=VALUE is in its environment.
crashes() { # SIGNAL NAME=VALUE...
	local signal=$1 pid
	shift
	rm -f /srv/evil.out
	env "$@" osvc run slow.lua start >/srv/crash.log 2>&1 &
	pid=$!
	until pgrep -x sleep >/dev/null; do
		kill -0 "$pid" || no "it ended: $(cat /srv/crash.log)" || return
		sleep 0.05
	done
	kill -"$signal" "$pid"
	sleep 0.3
	pkill -x sleep
	wait "$pid"
	[[ ! -e /srv/evil.out ]] || no "the program of the variable ran as user $(cat /srv/evil.out)"
}

small_stack() {
	rm -f /srv/evil.out
	(ulimit -s 64 && SWIFT_BACKTRACE="enable=yes,swift-backtrace=/srv/evil.sh" osvc check slow.lua)
	[[ ! -e /srv/evil.out ]] || no "the program of the variable ran"
}

passes_none() {
	mkdir -p "$OSVC_ROOT/etc/env.dir"
	printf '[DEFAULT]\nservice_type = TST\nnodes = %s\n' "$(hostname)" >"$OSVC_ROOT/etc/env.env"
	printf '#!/bin/sh\nenv >/srv/env.out\n' >"$OSVC_ROOT/etc/env.dir/S10a"
	chmod 755 "$OSVC_ROOT/etc/env.dir/S10a"
	ln -sfn env.dir "$OSVC_ROOT/etc/env.d"
	SWIFT_BACKTRACE=enable=no SWIFT_DEBUG_X=1 LVM_SYSTEM_DIR=/srv/x MINE=kept \
		exits 0 osvc run "$OSVC_ROOT/etc/env.env" start || return
	grep -q '^MINE=kept$' /srv/env.out || no "the caller's own variable is lost" || return
	! grep -E '^(SWIFT|LVM)_' /srv/env.out || no "it was passed on"
}

for signal in ILL SEGV ABRT TRAP; do
	law "SWIFT_BACKTRACE runs no program when the process crashes by $signal" \
		crashes "$signal" SWIFT_BACKTRACE="enable=yes,swift-backtrace=/srv/evil.sh"
done
mkdir -p /srv/root/libexec/swift/linux
for name in swift-backtrace swift-backtrace-static; do
	cp /srv/evil.sh "/srv/root/libexec/swift/linux/$name"
done
law "nor does SWIFT_ROOT" crashes ILL SWIFT_BACKTRACE=enable=yes SWIFT_ROOT=/srv/root
law "nor with a small stack" small_stack
law "and no SWIFT_ variable is passed to programs" passes_none
