# shellcheck shell=bash
# The demonstration's service, by the kernel's own account.

page() { [[ $(curl -s --max-time 5 http://web.demo:8080/) == *"It Works !"* ]] || no "no page"; }

there() {
	findmnt -n -t ext4 /srv/web &&
		ip -o addr show dev br0 | grep -F ' 10.59.71.26/24 ' &&
		losetup --noheadings --output NAME --associated /srv/web.img | grep . &&
		pgrep -a -f 'httpd -f -p 8080'
}

ends() { # LINE COMMAND...: its last line
	local line=$1 output
	shift
	output=$("$@")
	[[ ${output##*$'\n'} == "$line" ]] || no "'$*' ended with: ${output##*$'\n'}"
}

without() { # FILE COMMAND...
	local file=$1 code=0
	shift
	mv "$file" "$file.away" || return
	"$@" || code=$?
	mv "$file.away" "$file" && return "$code"
}

unwritten() {
	local found
	found=$(find "$OSVC_ROOT" -name 'web*')
	[[ -z $found ]] || no "$found"
}

occupied() {
	cd /srv/web && says "verdict: would fail at fs#0: /srv/web is in use by process" \
		osvc plan /srv/demo/web.lua stop
}

law "check finds nothing to say" exits 0 osvc check web.lua
law "a plan touches nothing" same exits 0 osvc plan web.lua start
law "which ends with the verdict" ends "verdict: would succeed" osvc plan web.lua start
law "without the image it would fail, and exits 1" without /srv/web.img exits 1 osvc plan web.lua start
law "and names the resource" without /srv/web.img \
	ends "verdict: would fail at loop#0: /srv/web.img does not exist" osvc plan web.lua start
law "nothing was written" unwritten
law "a dry run touches nothing" same exits 0 osvc run web.lua start --dry-run
law "before the first start all is down" overall web.lua down
law "start" exits 0 osvc run web.lua start
law "mount, address, loop device and server are there" there
law "the page is served" page
law "the tree is up" overall web.lua up
law "its stop would fail while the caller is on the mount" occupied
law "start again does nothing" same exits 0 osvc run web.lua start
law "status exits 0 when up" exits 0 osvc run web.lua status
law "restart" exits 0 osvc run web.lua restart
law "the page is served again" page
law "stop" exits 0 osvc run web.lua stop
law "nothing is left" clean
law "the tree is down" overall web.lua down
law "status exits 1 when down" exits 1 osvc run web.lua status
law "stop again does nothing" same exits 0 osvc run web.lua stop
law "a failing start undoes what it did" same exits 1 osvc run fail.lua start
law "without rollback it leaves what it did" exits 1 osvc run fail.lua start --disable-rollback
law "that is there" findmnt -n /srv/fail
law "and a stop takes it away" exits 0 osvc run fail.lua stop
law "nothing is left in the end" clean
