# shellcheck shell=bash
# What was started is what is stopped, and what is not the service's stays.

fs() { # FILE SERVICE MOUNT-POINT [FIELDS]
	cat >"$1.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "$2" {
		  osvc.fs "0" { type = "tmpfs", dev = "none", mnt = "$3" },
		  ${4-}
		}
	LUA
}

address() { # FILE SERVICE ADDRESS
	cat >"$1.lua" <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "$2" { osvc.ip "0" { ipname = "$3", ipdev = "br0", netmask = "24" } }
	LUA
}

has() { ip -o addr show dev br0 | grep -F " $1/" >/dev/null || no "$1 is not on br0"; }
hasno() { ! has "$1" >/dev/null || no "$1 is on br0"; }

edited() { # the mount point and the address change while the service is up
	fs edited edited.demo /srv/before 'osvc.ip "0" { ipname = "10.59.71.40", ipdev = "br0" },'
	exits 0 osvc run edited.lua start || return
	fs edited edited.demo /srv/after 'osvc.ip "0" { ipname = "10.59.71.41", ipdev = "br0" },'
	says "none on /srv/before" osvc run edited.lua print status || return
	overall edited.lua warn || no "$(osvc run edited.lua print status)" || return
	exits 0 osvc run edited.lua stop >/srv/out 2>&1 || no "$(cat /srv/out)" || return
	grep -q "/srv/before" /srv/out && grep -q "10.59.71.40" /srv/out || no "$(cat /srv/out)" || return
	clean && overall edited.lua down
}
law "a file that was edited while the service was up: what was started is stopped" edited

removed() { # the resource is no longer in the file
	fs gone gone.demo /srv/gone 'osvc.fs "1" { type = "tmpfs", dev = "none", mnt = "/srv/gone/below" },'
	exits 0 osvc run gone.lua start || return
	fs gone gone.demo /srv/gone
	exits 0 osvc run gone.lua stop && clean
}
law "a resource that is no longer in the file, mounted below another" removed

restarted() {
	fs again again.demo /srv/one
	exits 0 osvc run again.lua start || return
	fs again again.demo /srv/two
	exits 0 osvc run again.lua restart || return
	! findmnt -n /srv/one || no "/srv/one is still mounted" || return
	findmnt -n /srv/two && exits 0 osvc run again.lua stop && clean
}
law "a restart leaves only what the file says" restarted

moved() { # the image gets another name, and another file its old one
	truncate -s 16M /srv/moves.img
	mkfs.ext4 -q /srv/moves.img
	cat >moves.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "moves.demo" {
		  osvc.loop "0" { file = "/srv/moves.img" },
		  osvc.fs "0" { type = "ext4", dev = "/srv/moves.img", mnt = "/srv/moves" },
		}
	LUA
	exits 0 osvc run moves.lua start || return
	mv /srv/moves.img /srv/moved.img
	if [[ $1 == replaced ]]; then truncate -s 16M /srv/moves.img; fi
	! overall moves.lua down 2>/dev/null || no "down, and it is mounted" || return
	exits 0 osvc run moves.lua stop >/srv/out 2>&1 || no "$(cat /srv/out)" || return
	rm -f /srv/mov*.img
	clean
}
law "an image that was renamed" moved renamed
law "an image that was replaced" moved replaced

address own own.demo 10.59.71.1
law "the node's own address is not started" exits 1 osvc run own.lua start
law "nor stopped" exits 0 osvc run own.lua stop
law "it is there" has 10.59.71.1
rm -rf "$OSVC_ROOT/var/own.demo"
law "without a record a stop fails" exits 1 osvc run own.lua stop
law "and leaves it" has 10.59.71.1

two() { # two services, one address
	address one one.demo 10.59.71.50
	address two two.demo 10.59.71.50
	exits 0 osvc run one.lua start || return
	says "held by service one.demo" osvc run two.lua start || return
	exits 1 osvc run two.lua start || return
	exits 0 osvc run two.lua stop || return
	has 10.59.71.50 && exits 0 osvc run one.lua stop && clean
}
law "two services, one address: the second does not start, and its stop leaves it" two

primary() { # the address of one service is the primary one of another's
	ip addr flush dev br0
	sysctl -q -w net.ipv4.conf.br0.promote_secondaries=0 net.ipv4.conf.all.promote_secondaries=0
	address one one.demo 10.59.71.50
	address two two.demo 10.59.71.51
	exits 0 osvc run one.lua start && exits 0 osvc run two.lua start || return
	exits 0 osvc run one.lua stop && hasno 10.59.71.50 && has 10.59.71.51 || return
	[[ $(sysctl -n net.ipv4.conf.br0.promote_secondaries) == 0 ]] || no "the setting stays" || return
	exits 0 osvc run two.lua stop && hasno 10.59.71.51
}
law "a primary address goes alone" primary
