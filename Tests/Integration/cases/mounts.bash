# shellcheck shell=bash
# What others mount over, below and beside the mounts of a service.

service() { # TYPE DEVICE OPTIONS
	cat >fs.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "fs.demo" {
		  osvc.fs "0" { type = "$1", dev = "$2", mnt = "/srv/m", mnt_opt = "$3" },
		}
	LUA
}

mounts() { # NUMBER MOUNT-POINT
	local seen
	seen=$(awk -v at="$2" '$5 == at' /proc/self/mountinfo | wc -l)
	[[ $seen == "$1" ]] || no "$seen mounts on $2 instead of $1"
}

over() { # SOURCE: somebody's file system on top is named, and not taken off
	exits 0 osvc run fs.lua start && mount -t tmpfs "$1" /srv/m || return
	says "$1 (tmpfs) is mounted over it on /srv/m: umount /srv/m first" osvc run fs.lua stop || return
	exits 1 osvc run fs.lua stop && mounts 2 /srv/m && overall fs.lua warn && exits 1 osvc run fs.lua start || return
	umount /srv/m && exits 0 osvc run fs.lua stop && clean
}

twice() {
	exits 0 osvc run fs.lua start && mount --bind /srv/m /srv/m && mounts 2 /srv/m || return
	exits 0 osvc run fs.lua stop && mounts 0 /srv/m && clean
}

beside() { # the device is let go of here, and the other place is named until it is gone, too
	exits 0 osvc run fs.lua start && mount --bind /srv/m /srv/beside || return
	says "is still mounted on /srv/beside: umount /srv/beside" osvc run fs.lua stop && mounts 0 /srv/m || return
	"$@" || return
	umount /srv/beside && exits 0 osvc run fs.lua stop && clean
}

below() { # what is no process is named, and nobody is ended
	exits 0 osvc run fs.lua start && mkdir -p /srv/m/in && mount -t tmpfs other /srv/m/in || return
	(cd /srv/m && exec sleep 307 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/cwd") == /srv/m ]]; do sleep 0.01; done
	says "/srv/m/in is mounted below it (umount /srv/m/in)" osvc run fs.lua stop || return
	says "now /srv/m is kept busy: /srv/m/in is mounted below it" osvc plan fs.lua stop || return
	kill -0 $! && exits 1 osvc run fs.lua stop && umount /srv/m/in || no "it was ended" || return
	says "now /srv/m is used by /usr/bin/sleep (pid $!, user root): TERM, after 5s KILL" osvc plan fs.lua stop &&
		kill -0 $! || no "a plan ended it" || return
	exits 0 osvc run fs.lua stop && clean
}

carried() { # rbind takes mounts along, and a stop takes off those, not the source's
	mkdir -p /srv/src/sub && mount -t tmpfs sub /srv/src/sub && exits 0 osvc run fs.lua start || return
	mounts 1 /srv/m/sub && exits 0 osvc run fs.lua restart && exits 0 osvc run fs.lua stop || return
	mounts 0 /srv/m/sub && mounts 1 /srv/src/sub && umount /srv/src/sub
}

private() { # COMMAND...
	"$@" && clean
}

shared() { # COMMAND...: as with the mounts of systemd
	mount --make-rshared /srv && "$@" || return
	mount --make-rprivate /srv && clean
}

nested() { # MOUNT-POINT: a bind of what is mounted by the service, too
	cat >fs.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "fs.demo" {
		  osvc.fs "0" { type = "bind", dev = "/srv/z", mnt = "$1" },
		  osvc.fs "1" { type = "tmpfs", dev = "none", mnt = "/srv/z" },
		  osvc.fs "2" { type = "tmpfs", dev = "none", mnt = "/srv/z/in" },
		}
	LUA
	exits 0 osvc run fs.lua start && overall fs.lua up || return
	findmnt -n -o FSTYPE "$1" | grep -qx tmpfs || no "the bind shows what is below the mount" || return
	exits 0 osvc run fs.lua restart --rid fs#2 && exits 0 osvc run fs.lua stop
}

socket() { # nothing but a socket
	exits 0 osvc run fs.lua start || return
	(cd / && exec perl -MIO::Socket::UNIX -e \
		'$s = IO::Socket::UNIX->new(Local => "/srv/m/s", Listen => 1); sleep 308' >/dev/null 2>&1) &
	until [[ -S /srv/m/s ]]; do sleep 0.01; done
	says "now /srv/m is used by /usr/bin/perl (pid $!" osvc plan fs.lua stop && exits 0 osvc run fs.lua stop && clean
}

tagged() { # by UUID, without udev
	local device
	device=$(losetup -f --show /srv/web.img) || return
	says "mount -t ext4 $device /srv/m" osvc plan fs.lua start && exits 0 osvc run fs.lua start || return
	says "$device" osvc run fs.lua print status && overall fs.lua up && same exits 0 osvc run fs.lua start || return
	exits 0 osvc run fs.lua stop && losetup -d "$device" && clean
}

read_only() { # what is up and does not do its work is no success, and is left
	exits 0 osvc run fs.lua start && mount -o remount,ro /srv/m || return
	says "is warn after the start (fs is not writable)" osvc run fs.lua start || return
	exits 1 osvc run fs.lua start && mounts 1 /srv/m && exits 0 osvc run fs.lua stop && clean
}

classic() { # the keywords in DEFAULT of a classic file; who ignores TERM gets KILL
	cat >fs.env <<-'ENV'
		[DEFAULT]
		service_type = TST
		nodes = demo1
		busy = fail
		kill_after = 500ms
		[fs#0]
		type = tmpfs
		dev = /dev/null
		mnt = /srv/m
	ENV
	exits 0 osvc run fs.env start || return
	(cd /srv/m && trap '' TERM && exec sleep 309 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/exe") == */sleep ]]; do sleep 0.01; done
	says "(pid $!, user root): end them, or say busy = kill" osvc run fs.env stop || return
	sed -i 's/= fail/= kill/' fs.env
	says "killing /usr/bin/sleep (pid $!, user root), which uses /srv/m" osvc run fs.env stop && clean
}

mkdir -p /srv/m /srv/beside
service tmpfs none size=1m
law "a foreign file system on top is named and left" over other
law "also one that has the same name" over none
law "one that is mounted twice is taken off twice" twice
law "one that is bound elsewhere, too, is no success" beside true
service ext4 /srv/web.img loop
law "nor is a device that is, and not at the second stop either" beside exits 1 osvc run fs.lua stop
law "busy and kill_after in a classic file" classic
law "a mount below is named, and plan tells who would be ended" below
law "one that takes no writes is no success of a start" read_only
service ext4 "UUID=$(blkid -p -o value -s UUID /srv/web.img)" ""
law "a device named by its UUID" tagged
service tmpfs none size=1m
if command -v perl >/dev/null; then
	law "a process that has only a socket in it is found" socket
else
	skip "a socket" "no perl"
fi
service bind /srv/src rbind
law "what rbind took along is taken off" private carried
law "also where mounts propagate" shared carried
law "a bind follows the mount of its source" private nested /srv/m
law "and lets go of what propagated into it later" shared nested /srv/zz
