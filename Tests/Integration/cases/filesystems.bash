# shellcheck shell=bash
# Every kind of file system that the machine has the tools and the kernel for.

service() { # TYPE DEVICE OPTIONS
	cat >fs.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "fs.demo" {
		  osvc.fs "0" { type = "$1", dev = "$2", mnt = "/srv/mnt/deep", mnt_opt = "$3" },
		}
	LUA
}

lives() { # TYPE-AS-MOUNTED: start, start, stop, stop
	exits 0 osvc run fs.lua start && findmnt -n -o FSTYPE /srv/mnt/deep | grep -qx "$1" &&
		overall fs.lua up && same exits 0 osvc run fs.lua start &&
		exits 0 osvc run fs.lua stop && clean && overall fs.lua down &&
		same exits 0 osvc run fs.lua stop
}

busy() { # somebody sits in it: the stop ends them
	exits 0 osvc run fs.lua start || return
	findmnt -n /srv/mnt/deep || return
	(cd /srv/mnt/deep && exec sleep 303 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/cwd") == /srv/mnt/deep ]]; do sleep 0.01; done
	exits 0 osvc run fs.lua stop && clean
}

image() { # TYPE
	truncate -s 320M /srv/fs.img
	case $1 in
	ext*) mkfs.ext4 -q -F -t "$1" /srv/fs.img ;;
	*) "mkfs.$1" -q -f /srv/fs.img >/dev/null ;;
	esac
}

mkdir -p /srv/other
for type in ext2 ext3 ext4 xfs btrfs; do
	if ! command -v "mkfs.$type" >/dev/null; then
		skip "$type" "no mkfs.$type"
		continue
	fi
	rm -f /srv/fs.img
	image "$type"
	mkdir -p /srv/try
	if ! mount -t "$type" -o loop /srv/fs.img /srv/try 2>/dev/null; then
		skip "$type" "this kernel cannot mount it"
		continue
	fi
	umount /srv/try
	service "$type" /srv/fs.img loop
	law "$type in a file comes and goes" lives "$type"
done
service ext4 /srv/web.img loop
law "a process that sits in a mount is ended by the stop" busy
service tmpfs tmpfs size=1m
law "tmpfs" lives tmpfs
linked() { # the mount point's owner makes it a link
	mkdir -p /srv/hers
	chown 65534 /srv/hers
	setpriv --reuid 65534 --clear-groups ln -sfn /srv/other /srv/hers/m
	sed 's|/srv/mnt/deep|/srv/hers/m|' fs.lua >linked.lua
	exits 1 osvc run linked.lua start || return
	! findmnt -n /srv/other >/dev/null || no "it is mounted over /srv/other" || return
	says "# mount point: /srv/hers/m is a" osvc run linked.lua print status || return
	rm -r /srv/hers linked.lua
	clean
}
law "a mount point that its owner made a link is refused" linked
service none /srv/other bind
law "a bind mount" lives "$(findmnt -n -o FSTYPE -T /srv/other)"
elsewhere() { # who uses the same file system at another place is left alone
	local there
	(cd /srv/other && exec sleep 304 >/dev/null 2>&1) &
	there=$!
	exits 0 osvc run fs.lua start || return
	(cd /srv/mnt/deep && exec sleep 303 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/cwd") == /srv/mnt/deep ]]; do sleep 0.01; done
	exits 0 osvc run fs.lua stop || return
	kill $there || no "the user of the other place was ended" || return
	wait $there 2>/dev/null
	clean
}
law "of a bind mount's file system only those who use it there are ended" elsewhere
within() { # nobody is ended for a stop that is called from within
	exits 0 osvc run fs.lua start || return
	(cd /srv/mnt/deep && exec sleep 305 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/cwd") == /srv/mnt/deep ]]; do sleep 0.01; done
	says "is used by osvc or what called it: " \
		bash -c "cd /srv/mnt/deep && osvc run '$PWD/fs.lua' stop; exit \$?" || return
	findmnt -n /srv/mnt/deep >/dev/null || no "it is not mounted any more" || return
	kill -0 $! || no "another user was ended" || return
	exits 0 osvc run fs.lua stop && clean
}
law "a stop from within the mount ends nobody and names who stands in the way" within
left() { # busy = fail
	sed -i 's/mnt_opt/busy = "fail", mnt_opt/' fs.lua
	exits 0 osvc run fs.lua start || return
	(cd /srv/mnt/deep && exec sleep 306 >/dev/null 2>&1) &
	until [[ $(readlink "/proc/$!/cwd") == /srv/mnt/deep ]]; do sleep 0.01; done
	exits 1 osvc run fs.lua stop || return
	kill $! || no "it was ended" || return
	exits 0 osvc run fs.lua stop && clean
}
law "with busy = fail nobody is ended" left
service none /srv/other bind
cat >loop.lua <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "loop.demo" { osvc.loop "0" { file = "/srv/web.img" } }
LUA
another() { # the kernel still names it /srv/web.img, as it does for one in another mount namespace
	losetup -f /srv/web.img && overall loop.lua up && cp /srv/web.img /srv/try.img &&
		mount --bind /srv/try.img /srv/web.img || return
	overall loop.lua down || no "a loop device of another file counts" || return
	umount /srv/web.img && overall loop.lua up && exits 0 osvc run loop.lua stop && clean
}
law "a loop device of another file of that path does not count" another
service ext4 /srv/nothing loop
law "a missing device is named" says "device does not exist /srv/nothing" osvc run fs.lua start
law "and nothing is done" same exits 1 osvc run fs.lua start

nested() {
	mkdir -p /srv/inner && cat >fs.lua <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.service "fs.demo" {
		  osvc.fs "0" { type = "tmpfs", dev = "none", mnt = "/srv/mnt/deep" },
		  osvc.fs "1" { type = "none", dev = "/srv/inner", mnt = "/srv/mnt/deep/in", mnt_opt = "bind" },
		}
	LUA
	exits 0 osvc run fs.lua start --rid fs#1 && exits 1 osvc run fs.lua start &&
		says "would hide what is mounted on /srv/mnt/deep/in: umount it first" osvc run fs.lua start &&
		exits 0 osvc run fs.lua stop && clean && lives_nested
}

lives_nested() {
	exits 0 osvc run fs.lua start && overall fs.lua up && exits 0 osvc run fs.lua stop && clean
}

law "a file system does not hide one that is mounted below" nested

above() { # DIRECTORY: the file system below a bind goes first, by hand or by --rid
	cat >fs.lua <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "fs.demo" {
		  osvc.fs "0" { type = "tmpfs", dev = "none", mnt = "/srv/mnt/deep" },
		  osvc.fs "1" { type = "bind", dev = "/srv/mnt/deep$1", mnt = "/srv/mnt/shown", after = { "fs#0" } },
		}
	LUA
	exits 0 osvc run fs.lua start --rid fs#0 && mkdir -p "/srv/mnt/deep$1" && exits 0 osvc run fs.lua start &&
		exits 1 osvc run fs.lua stop --rid fs#0 && overall fs.lua warn || return
	if [[ $2 == recorded ]]; then
		exits 0 osvc run fs.lua stop && overall fs.lua down && clean
		return
	fi
	rm "$OSVC_ROOT/var/fs.demo/holds" && overall fs.lua warn && exits 1 osvc run fs.lua stop &&
		says "may be this file system" osvc run fs.lua stop &&
		umount /srv/mnt/shown && exits 0 osvc run fs.lua stop && overall fs.lua down && clean
}
law "a bind whose file system was unmounted is found by its record" above "" recorded
law "so is one of a directory in it" above /www recorded
law "without the record it is not told as down" above "" lost
law "nor is one of a directory in it" above /www lost

planted() { # WHAT COMMAND...: it is told once, left alone, and the file system starts
	local output what=$1
	shift
	mount -o loop /srv/web.img /srv/try && rm -rf /srv/try/.opensvc && (cd /srv/try && "$@") && umount /srv/try ||
		return
	echo precious >/srv/precious
	output=$(timeout 30 osvc run fs.lua start 2>&1) || no "exit $?: $output" || return
	[[ $(grep -c "WARNING.*/.opensvc" <<<"$output") == 1 ]] || no "told not once: $output" || return
	overall fs.lua up || return
	test "-$what" /srv/mnt/deep/.opensvc && [[ $(cat /srv/precious) == precious ]] || no "it was touched" || return
	[[ -z $(find /srv/mnt/deep -name '.osvc-probe*') ]] || no "something is left" || return
	exits 0 osvc run fs.lua stop && clean
}
mkdir -p /srv/try
service ext4 /srv/web.img loop
law "a planted directory .opensvc is told, and does no harm" planted d mkdir .opensvc
law "nor does a link" planted L ln -s /srv/precious .opensvc
law "nor a dangling link" planted L ln -s /srv/none .opensvc
law "nor a FIFO" planted p mkfifo .opensvc
