# shellcheck shell=bash
# Addresses: taken ones, IPv6 ones, interfaces that are not there.

cat >six.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "six.demo" {
  osvc.ip "0" { ipname = "fd59::26", ipdev = "br0", netmask = "64" },
}
LUA
cat >nowhere.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "nowhere.demo" {
  osvc.ip "0" { ipname = "web.demo", ipdev = "br9", netmask = "24" },
}
LUA
sed 's/fd59::26/nobody.demo/; s/six\.demo/nobody.demo/' six.lua >nobody.lua

has() { ip -o addr show dev br0 | grep -F " $1 " || no "$1 is not on br0"; }

taken() { # by a machine at the other end of the wire
	ip netns add peer && ip link set wire0 netns peer &&
		ip -n peer addr add 10.59.71.26/24 dev wire0 && ip -n peer link set wire0 up || return
	ping -c 1 -w 5 10.59.71.26 >/dev/null || no "the peer does not answer" || return
	same exits 1 osvc plan web.lua start >/srv/taken.log && says 'would fail at ip#0' cat /srv/taken.log || return
	same exits 1 osvc run web.lua start >/srv/taken.log 2>&1 || no "$(cat /srv/taken.log)" || return
	says conflict cat /srv/taken.log
}

law "an IPv6 address comes" exits 0 osvc run six.lua start
law "it is there at once, not tentative" has fd59::26/64
law "its tree is up" overall six.lua up
law "start again does nothing" same exits 0 osvc run six.lua start
law "it goes" exits 0 osvc run six.lua stop
law "nothing is left" clean
law "a plan tells the missing interface" exits 1 osvc plan nowhere.lua start
law "check tells two services with one address" says "already that of ip#0 of service" \
	osvc check web.lua nowhere.lua
law "a missing interface is named" says br9 osvc run nowhere.lua start
law "and nothing is done" same exits 1 osvc run nowhere.lua start
law "a name that does not resolve is named" says nobody.demo osvc run nobody.lua start
law "and nothing is done either" same exits 1 osvc run nobody.lua start
law "its status is warn" overall nobody.lua warn
law "an address that answers elsewhere stops the start before anything is touched" taken
