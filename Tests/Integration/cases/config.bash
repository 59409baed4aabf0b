# shellcheck shell=bash
# Edits of service files where the machine does not play along.

export OSVC_ROOT=/srv/root
root=/srv/root
mkdir -p $root/bin $root/etc $root/var
osvc=$(command -v osvc)
ln -s "$osvc" $root/bin/svcmgr
svcmgr() { $root/bin/svcmgr "$@"; }
lay() {
	printf '[DEFAULT]\nservice_type = TST\nnodes = %s # here\n' "$(hostname)" >"$1"
}
unchanged() { # FILE COMMAND...: fails, says the file, leaves it and nothing beside it
	local file=$1 before output code=0 names
	shift
	before=$(sha256sum "$file") names=$(ls -A "$(dirname "$file")")
	output=$("$@" 2>&1) || code=$?
	[[ $code == 1 && $output == *"$file"* ]] || no "exit $code: $output" || return
	[[ $(sha256sum "$file") == "$before" ]] || no "it was changed" || return
	[[ $(ls -A "$(dirname "$file")") == "$names" ]] || no "left: $(ls -A "$(dirname "$file")")"
}
long() { printf 'x%.0s' {1..30000}; }

mount -t tmpfs -o size=8k none $root/etc
lay $root/etc/web.env
law "a full disk changes nothing" unchanged $root/etc/web.env svcmgr -s web set --param DEFAULT.comment --value "$(long)"
nothing_made() {
	local code=0
	svcmgr -s new create --resource "{\"comment\":\"$(long)\"}" >/srv/create.log 2>&1 || code=$?
	[[ $code == 1 && $(ls -A $root/etc) == web.env ]] || no "exit $code, $(ls -A $root/etc): $(cat /srv/create.log)"
}
law "and a create on it leaves nothing behind" nothing_made
mount -o remount,ro $root/etc
law "so does a file system that is read-only" unchanged $root/etc/web.env svcmgr -s web set --param DEFAULT.app --value x
umount $root/etc

linked() {
	lay /srv/real.env
	chown 12:34 /srv/real.env
	ln -s /srv/real.env $root/etc/web.env
	exits 0 svcmgr -s web set --param DEFAULT.app --value x || return
	[[ -L $root/etc/web.env && $(stat -c '%u %g' /srv/real.env) == "12 34" ]] || no "link or owner lost" || return
	grep -qx 'app = x' /srv/real.env || no "$(cat /srv/real.env)"
}
law "of a link the file behind it is edited" linked
many() { # a hundred edits at once, each of a key of its own: none is lost
	local number pids=()
	for number in {1..100}; do
		svcmgr -s web set --param "DEFAULT.pre_start$number" --value "$number" >/dev/null 2>&1 &
		pids+=($!)
	done
	for number in "${pids[@]}"; do wait "$number" || no "one failed" || return; done
	[[ $(grep -c '^pre_start' /srv/real.env) == 100 ]] || no "$(grep -c '^pre_start' /srv/real.env) of 100"
}
law "a hundred edits at once are all there" many
killed() { # kill -9 at any moment: the file is one of the two
	local number pid
	for number in {1..40}; do
		svcmgr -s web set --param DEFAULT.app --value "$number" >/dev/null 2>&1 &
		pid=$!
		sleep "0.00$((number % 10))"
		kill -9 "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
		[[ $(grep -c '^app = [0-9x]*$' /srv/real.env) == 1 && $(grep -c . /srv/real.env) == 104 ]] ||
			no "broken: $(head -5 /srv/real.env)" || return
	done
}
law "an edit that is killed leaves the old or the new file" killed

wizard() { # an answer a line, as from a terminal; without the last one nothing is written
	local answers=(web "" XXX TST "" "" "" "" "" "" loop "" /srv/x.img "" "" y)
	printf '%s\n' "${answers[@]:0:15}" | exits 1 svcmgr -s wiz create -i || return
	[[ ! -e $root/etc/wiz && ! -e $root/etc/wiz.env ]] || no "something is left" || return
	printf '%s\n' "${answers[@]}" | exits 0 svcmgr -s wiz create -i || return
	grep -qx 'file = /srv/x.img' $root/etc/wiz.env || no "$(cat $root/etc/wiz.env)"
}
law "the wizard writes what it was told, or nothing" wizard
