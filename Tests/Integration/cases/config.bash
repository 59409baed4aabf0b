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

# Answers the wizard's prompts by their keyword, and the rest by an empty line; with `y` it agrees at last.
answer_wizard() { # LAST-ANSWER
	python3 - "$1" $root/bin/svcmgr <<-'EOF'
		import os, select, subprocess, sys
		answers = {"service_type": ["XXX", "TST"], "file": ["/srv/x.img"]}
		resources = ["loop", ""]
		wizard = subprocess.Popen([sys.argv[2], "-s", "wiz", "create", "-i"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
		out, text = wizard.stdout.fileno(), b""
		while piece := os.read(out, 65536):
		    text += piece
		    # A help has such a line end, too, but goes on.
		    if not text.endswith(b": ") or select.select([out], [], [], 0.1)[0]:
		        continue
		    line, text = text.decode().split("\n")[-1], b""
		    word = line.split()[0].rstrip(":")
		    if line.startswith("Write this"):
		        if not sys.argv[1]:
		            wizard.stdin.close()
		            break
		        answer = sys.argv[1]
		    elif line.startswith("One more resource"):
		        answer = resources.pop(0) if resources else ""
		    else:
		        answer = answers.get(word, [""]).pop(0) if answers.get(word) else ""
		    wizard.stdin.write((answer + "\n").encode())
		    wizard.stdin.flush()
		sys.exit(wizard.wait())
	EOF
}

wizard() { # as from a terminal; without the last answer nothing is written
	exits 1 answer_wizard "" || return
	[[ ! -e $root/etc/wiz && ! -e $root/etc/wiz.env ]] || no "something is left" || return
	exits 0 answer_wizard y || return
	grep -qx 'file = /srv/x.img' $root/etc/wiz.env || no "$(cat $root/etc/wiz.env)"
}
law "the wizard writes what it was told, or nothing" wizard
