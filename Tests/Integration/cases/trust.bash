# shellcheck shell=bash
# Launchers in the wrong hands, and osvc trust fix.

mkdir -p /srv/opensvc/etc/web.dir
export OSVC_ROOT=/srv/opensvc
chmod 755 /srv /srv/opensvc /srv/opensvc/etc /srv/opensvc/etc/web.dir
ln -s web.dir /srv/opensvc/etc/web.d
cat >/srv/opensvc/etc/web.env <<ENV
[DEFAULT]
service_type = TST
nodes = $(hostname)
ENV
cat >/srv/opensvc/etc/web.dir/launcher <<'LAUNCHER'
#!/bin/sh
echo "$*" >>/srv/calls
LAUNCHER
ln -s launcher /srv/opensvc/etc/web.dir/S10web
launcher=/srv/opensvc/etc/web.d/S10web

foreign() { chown 12:34 /srv/opensvc/etc/web.dir/launcher && chmod 777 /srv/opensvc/etc/web.dir/launcher; }
state() { [[ $(stat -c '%u %g %a' /srv/opensvc/etc/web.dir/launcher) == "$1" ]] || no "$(stat -c '%u %g %a' /srv/opensvc/etc/web.dir/launcher)"; }
refused_start() {
	local output code=0
	output=$(osvc run /srv/opensvc/etc/web.env start 2>&1) || code=$?
	[[ $code == 1 && $output == *"osvc trust fix $launcher"* ]] || no "exit $code: $output" || return
	[[ ! -e /srv/calls ]] || no "it was run"
}
mended() {
	local output
	output=$(osvc trust fix "$launcher") || no "exit $?" || return
	[[ $output == "chown root /srv/opensvc/etc/web.dir/launcher"$'\n'"chmod go-w /srv/opensvc/etc/web.dir/launcher" ]] || no "$output"
}
runs() {
	exits 0 osvc run /srv/opensvc/etc/web.env start || return
	[[ $(cat /srv/calls) == start ]] || no "it was not run"
}
refused_directory() {
	local output code=0
	output=$(osvc trust fix "$launcher" 2>&1) || code=$?
	[[ $code == 1 && $output == *"/srv/opensvc/etc/web.dir belongs to user 12"* ]] || no "exit $code: $output"
}

foreign
law "a stranger's launcher is not run, and the mend is named" refused_start
chown 12 /srv/opensvc/etc/web.dir
law "in a stranger's directory it is not mended" refused_directory
law "and not touched" state "12 34 777"
chown 0 /srv/opensvc/etc/web.dir
law "the mend says what it does" mended
law "and touches nothing else" state "0 34 755"
law "then the launcher runs" runs
rm -f /srv/calls
foreign
printf '[node]\nlauncher_owner = any\n' >/srv/opensvc/etc/node.conf
law "whoever may own launchers, others may not write them" refused_start
chmod 755 /srv/opensvc/etc/web.dir/launcher
law "a stranger's launcher runs where node.conf says so" runs
