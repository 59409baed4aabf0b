# shellcheck shell=bash
# What the classic cases share: the names of the classic programs, and how a service is laid.

NODE=$(uname -n | tr '[:upper:]' '[:lower:]')
ETC=$OSVC_ROOT/etc

mkdir -p "$OSVC_ROOT/bin"
for name in svcmgr svcmon nodemgr allservices allupservices alldownservices allprimaryservices \
	allsecondaryservices svcfreeze svcthaw svcfrozen; do
	ln -s /srv/bin/osvc "$OSVC_ROOT/bin/$name"
done
PATH=$OSVC_ROOT/bin:$ETC:$PATH

# Lays a service with its links; what follows DEFAULT's usual words comes from standard input.
service() { # NAME
	{
		printf '[DEFAULT]\napp = proof\nservice_type = TST\nmode = hosted\nnodes = %s\nautostart_node = %s\n' \
			"$NODE" "$NODE"
		cat
	} >"$ETC/$1.env"
	mkdir -p "$ETC/$1.dir"
	ln -sfn "$1.dir" "$ETC/$1.d"
	ln -sfn ../bin/svcmgr "$ETC/$1"
}

# Reads a launcher from standard input and lays its three links.
launcher() { # SERVICE NAME
	cat >"$ETC/$1.dir/$2"
	chmod 755 "$ETC/$1.dir/$2"
	ln -s "$2" "$ETC/$1.dir/S10$2"
	ln -s "$2" "$ETC/$1.dir/C10$2"
	ln -s "$2" "$ETC/$1.dir/K90$2"
}

shows() { # SERVICE RID STATUS: its line of the tree
	local seen
	seen=$("$1" print status | awk -v rid="$2" '$1 == rid || $2 == rid || $3 == rid' |
		sed -nE 's/^.{26}(stdby up|stdby down|[^ ]+).*/\1/p')
	[[ $seen == "$3" ]] || no "$1 shows $2 as '$seen' instead of '$3'"
}

# Waits up to SECONDS for COMMAND to succeed; what it said last is printed when it never did.
within() { # SECONDS COMMAND...
	local until=$((SECONDS + $1)) output
	shift
	until output=$("$@" 2>&1); do
		((SECONDS <= until)) || no "$output" || return
		sleep 0.1
	done
}
