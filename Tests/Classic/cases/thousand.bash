# shellcheck shell=bash
# A thousand services in one directory; one is broken in each way that a load can find
# (classic-env.md section 5) and that a file can be broken. svcmon shows the good ones, says one line of
# each bad one, and has a row that says so of those that cannot be loaded.

printf '[node]\nhost_mode = PRD\n' >"$ETC/node.conf"
declare -A PATTERN
shown=0
left=0

# A service whose load says PATTERN, a basic regular expression; its file is standard input.
broken() { # NAME PATTERN
	PATTERN[$1]=$2
	cat >"$ETC/$1.env"
	ln -s ../bin/svcmgr "$ETC/$1"
}

# The same, but it loses only the resource that is wrong, and is shown.
lacking() { # NAME PATTERN
	broken "$@"
	shown=$((shown + 1))
}

# The same, but nothing is wrong with it: this node does not take it, and it has no row.
elsewhere() { # NAME PATTERN
	broken "$@"
	left=$((left + 1))
}

# Its file is what COMMAND makes of the path.
unreadable() { # NAME PATTERN COMMAND...
	broken "$1" "$2" </dev/null
	rm "$ETC/$1.env"
	"${@:3}" "$ETC/$1.env"
}

defaults() { # what every good service says
	printf '[DEFAULT]\nservice_type = %s\nnodes = %s\n' "${1:-PRD}" "${2:-$NODE}"
}

with() { # LINE...: below the defaults
	defaults
	printf '%s\n' "$@"
}

linked() { ln -s "$1" "$2"; }
changed() { # COMMAND... PATH: a good file, then that
	defaults >"${*: -1}"
	"$@"
}

# Of the service as a whole, in the order of the checks.
broken pkg-name "can not set 'pkg_name' with 'hosted' mode in pkg-name env" < <(with 'pkg_name = p')
broken mode 'unknown service mode: somewhere' < <(with 'mode = somewhere')
elsewhere nodes 'service nodes not managed here' < <(defaults PRD elsewhere)
elsewhere no-nodes 'service no-nodes not managed here' <<<$'[DEFAULT]\nservice_type = PRD'
broken cluster-type "cluster_type.*'round'" < <(with 'cluster_type = round')
broken flex-min-negative "invalid flex_min_nodes '-1' (<0)\." < <(with 'flex_min_nodes = -1')
broken flex-min-many "invalid flex_min_nodes '5' (>1 nb of nodes)\." < <(with 'flex_min_nodes = 5')
broken flex-max-negative "invalid flex_max_nodes '-1' (<0)\." < <(with 'flex_max_nodes = -1')
broken flex-max-few "invalid flex_max_nodes '0' (<flex_min_nodes)\." < <(with 'flex_max_nodes = 0')
broken flex-low "invalid flex_cpu_low_threshold '-1' (<0)\." < <(with 'flex_cpu_low_threshold = -1')
broken flex-high "invalid flex_cpu_high_threshold '101' (>100)\." < <(with 'flex_cpu_high_threshold = 101')
elsewhere no-type 'service no-type type TST is not allowed to run on this node (host mode PRD)' <<<$'[DEFAULT]\nnodes = '"$NODE"
elsewhere type 'service type type XYZ is not a known service type (PRD, PPRD, ' < <(defaults XYZ)
elsewhere host-mode 'service host-mode type TST is not allowed to run on this node (host mode PRD)' < <(defaults TST)
broken hb-driver 'hb#0.*witchcraft' < <(with '[hb#0]' 'type = witchcraft')
broken vg-type 'vg#0.*type' < <(with '[vg#0]' 'vgname = v' 'type = magic')

# Of one resource, which is dropped.
lacking no-ipname "nor ipname and ipname@$NODE defined in config file section ip#0" < <(with '[ip#0]' 'ipdev = lo')
lacking no-vgname 'vgname must be set in section vg#0' < <(with '[vg#0]' 'disable = false')
lacking no-dev 'dev must be set in section fs#0' < <(with '[fs#0]' 'type = tmpfs' 'mnt = /srv/a')
lacking no-mnt 'mnt must be set in section fs#0' < <(with '[fs#0]' 'type = tmpfs' 'dev = /dev/null')
lacking no-loop-file 'file must be set in section loop#0' < <(with '[loop#0]' 'disable = false')
lacking no-hb-type 'type must be set in section hb#0' < <(with '[hb#0]' 'disable = false')
lacking no-sync-src 'config file section sync#0 must have src set' < <(with '[sync#0]' 'type = rsync' 'dst = /tmp' 'target = nodes')

# Of single values: the line is named.
broken boolean 'boolean.env:8.*perhaps' < <(with '[fs#0]' 'type = tmpfs' 'dev = /dev/null' 'mnt = /srv/a' 'disable = perhaps')
broken duration 'duration.env:5.*soon' < <(with '[app]' 'timeout = soon')
broken key-alone 'key-alone.env:4.*' < <(with 'this line has no separator')
broken before-section 'before-section.env:1.*' <<<'service_type = PRD'
broken nul 'nul.env.*' < <(defaults && printf 'app = a\0b\n')
broken not-utf8 'not-utf8.env:7.*UTF-8' < <(with '[fs#0]' 'type = tmpfs' 'dev = /dev/null' && printf 'mnt = /srv/\xff\n')
broken binary 'binary.env.*' < <(head -c 4096 /bin/true)
elsewhere empty 'service empty not managed here' </dev/null

# Of the file.
unreadable directory 'directory.env.*' mkdir
unreadable dangling 'dangling.env.*' linked /srv/nowhere.env
unreadable circle 'circle.env.*' linked circle.env
unreadable unreadable 'unreadable.env.*Input/output error' linked /proc/self/mem
unreadable fifo 'fifo.env.*' mkfifo
unreadable huge 'huge.env.*' changed truncate -s 3G
unreadable foreign 'foreign.env.*65534' changed chown 65534
unreadable writable 'writable.env.*' changed chmod 666

good=$((1000 - ${#PATTERN[@]}))
for ((number = 1; number <= good; number++)); do
	name=$(printf 'good%04d' "$number")
	with '[fs#0]' 'type = tmpfs' 'dev = /dev/null' "mnt = /srv/$name" >"$ETC/$name.env"
	ln -s ../bin/svcmgr "$ETC/$name"
done

monitor() {
	takes 0 20000 exits 1 timeout 60 svcmon >/srv/table 2>/srv/messages </dev/null
	awk 'NR > 3' /srv/table >/srv/rows
}

good_ones() {
	local rows
	rows=$(grep -cE '^good[0-9]{4} +PRD +hosted( +n/a){3} +down( +n/a){4} +down +down +False *$' /srv/rows)
	((rows == good)) || {
		head -n 5 /srv/table
		no "$rows of $good good services are shown as they are"
	}
}

others() {
	local rows refused
	rows=$(wc -l </srv/rows)
	refused=$(grep -c 'undef *undef *- *cannot be loaded$' /srv/rows)
	((rows == 1000 - left && refused == ${#PATTERN[@]} - shown - left)) || {
		grep -v '^good' /srv/rows
		no "$rows rows, $refused of them refused, of $good good, ${#PATTERN[@]} bad, $shown shown and $left left out"
	}
}

told() { # NAME: by one line, which is an error and says why
	local lines count
	lines=$(grep -iE "ERROR +(${1//./\\.} |init )" /srv/messages | grep -e "${PATTERN[$1]}")
	count=$(grep -c . <<<"$lines")
	((count == 1)) || {
		grep -i -e "$1" /srv/messages
		no "$count lines say '${PATTERN[$1]}' of $1"
	}
}

each_told() {
	local name missing=0
	for name in "${!PATTERN[@]}"; do told "$name" || missing=$((missing + 1)); done
	((missing == 0)) || no "$missing of ${#PATTERN[@]} are not told by one line"
}

no_more() { # nothing is said but that
	local lines
	lines=$(wc -l </srv/messages)
	((lines == ${#PATTERN[@]})) || {
		cat /srv/messages
		no "$lines lines for ${#PATTERN[@]} bad services"
	}
}

alone() { # a good one is not slowed down or hidden by what is beside it
	exits 0 good0001 print status && exits 0 svcmgr -s good0002 print status
}

law "svcmon of a thousand services, ${#PATTERN[@]} of them broken" monitor
law "it shows the $good good ones" good_ones
law "of the others those that lost one resource, and those that cannot be loaded" others
law "it says one line of each that is broken" each_told
law "and no other line" no_more
law "a good one answers to its name" alone
