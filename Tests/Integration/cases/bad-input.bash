# shellcheck shell=bash
# shellcheck disable=SC2034 # PRISTINE is what `clean` compares with
# Whatever is wrong is said, with its place, and the machine stays as it is.

put() { cat >bad.lua; }

# It is refused, saying TEXT, within ten seconds, by check and by start; nothing changes.
refused() { # TEXT
	local action output code
	for action in "check bad.lua" "run bad.lua start"; do
		code=0
		# shellcheck disable=SC2086 # several words
		output=$(same timeout 20 osvc $action 2>&1) || code=$?
		((code == 1 || code == 2)) || no "osvc $action exited $code: $output" || return
		[[ $output == *"$1"* && $output == *bad.lua* ]] || no "osvc $action said: $output" || return
		[[ $output != *panic* && $output != *"Fatal error"* ]] || no "$output" || return
	done
}

start_refused() { # TEXT: right as a file, but its start fails and leaves nothing
	local output code=0
	output=$(same exits 1 timeout 60 osvc run bad.lua start 2>&1) || code=$?
	[[ $code == 0 && $output == *"$1"* ]] || no "$output"
}

: >bad.lua
law "an empty file" refused "the file is empty"
head -c 100000 /dev/urandom >bad.lua
law "a binary file" refused "not text"
echo 'return 1' | luac5.4 -o bad.lua - 2>/dev/null && law "a compiled Lua file" refused "not text"
{
	echo 'return {'
	yes '  "a line of a hundred megabytes that nobody can have meant to write by hand into a service file",' | head -c 100000000
} >bad.lua
law "a file of 100 MB" refused "more than the limit of 1048576"
put <<<'while true do end'
law "an endless loop" refused "bad.lua:1: ran "
put <<<'while true do pcall(function() while true do end end) end'
law "pcall around an endless loop" refused "bad.lua:1: ran "
put <<<'local t = {} while true do t[#t + 1] = ("x"):rep(100000) .. #t end'
law "a memory hog" refused "bad.lua:1: not enough memory"
put <<<'return osvc.service "x" {}'
law "an undefined global" refused "bad.lua:1: undefined global 'osvc'"
put <<<'return 42'
law "a file that returns no service" refused 'return osvc.service "name"' 

put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.ip "0" { ipname = "web.demo",
                ipdve = "br0" },
}
LUA
law "a misspelt field of a resource" refused "bad.lua:4:17: ip#0: unknown field 'ipdve' (did you mean 'ipdev'?)"
law "its line and a caret are shown" refused "   4 |                 ipdve = "
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  autostart_nodes = { "n1" },
}
LUA
law "a misspelt field of the service" refused "did you mean 'autostart_node'?"
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.app {
    osvc.daemon "d" {
      S = 10, cmd = { "/bin/true" },
      status = osvc.check.all { osvc.check.tcp { host = "127.0.0.1", prot = 80 } },
    },
  },
}
LUA
law "a misspelt field in a check of a launcher" refused "did you mean 'port'?"
misspelt() { # LINE-OF-A-SERVICE COLUMN FIELD MEANT
	put <<-LUA
		local osvc = require "osvc.v1"
		return osvc.service "bad.demo" {
		  $1,
		}
	LUA
	refused "bad.lua:3:$2: " && refused "unknown field '$3' (did you mean '$4'?)"
}
law "in a launcher" misspelt 'osvc.app { osvc.launcher "l" { S = 1, strat = { "/bin/true" } } }' 41 strat start
law "in its timeouts" misspelt \
	'osvc.app { osvc.launcher "l" { S = 1, start = { "/bin/true" }, timeout = { stpo = "1s" } } }' 78 stpo stop
law "in app" misspelt 'osvc.app { on_eror = "abort", osvc.launcher "l" { S = 1, start = { "/bin/true" } } }' 14 on_eror on_error
law "in a hook" misspelt 'osvc.hook "h" { on = "start.pre", ordre = 3, run = function() end }' 37 ordre order
law "of one node" misspelt '["autostart_nodes@n1"] = { "n1" }' 3 autostart_nodes autostart_node

site() { # a rule of the site concerns every service, and is named
	local output code=0
	cat >"$OSVC_ROOT/etc/site.d/20-bad.lua" <<-'LUA'
		local osvc = require "osvc.v1"
		return osvc.hooks "bad" {
		  match = { ap = "Web" },
		}
	LUA
	output=$(same osvc run web.lua start 2>&1) || code=$?
	rm "$OSVC_ROOT/etc/site.d/20-bad.lua"
	[[ $code == 1 && $output == *"20-bad.lua:3:13: "*"unknown field 'ap' (did you mean 'app'?)"* ]] || no "exit $code: $output"
}
law "in a rule of the site" site

put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.flag "0" { file = "/srv/a" },
  osvc.flag "0" { file = "/srv/b" },
}
LUA
law "a resource defined twice" refused "bad.lua:4: flag#0: defined twice"
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.flag "0" { file = "/srv/a", after = { "flag#1" } },
  osvc.flag "1" { file = "/srv/b", after = { "flag#0" } },
}
LUA
law "a cycle in after" refused "cycle in 'after': flag#0 -> flag#1 -> flag#0"
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.flag "0" { file = "/srv/a" },
}
LUA
chmod 666 bad.lua
law "a file that others may write" refused "chmod"
chmod 644 bad.lua
law "the same, mended" exits 0 osvc check bad.lua
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.flag "0" { file = "/srv/a" },
  osvc.hook "broken" { on = "start.pre", run = function(ev) error("boom") end },
}
LUA
law "an error in a hook" start_refused "bad.lua:4: boom"

# Where osvc itself has to write.
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.fs "0" { type = "tmpfs", dev = "tmpfs", mnt = "/srv/mnt" },
}
LUA
mkdir -p /srv/readonly /srv/mnt
mount -t tmpfs -o ro tmpfs /srv/readonly
PRISTINE=$(machine)
export OSVC_ROOT=/srv/readonly
law "a read-only root" start_refused "/srv/readonly"
export OSVC_ROOT=/srv/opensvc
mount -t tmpfs -o size=64k,mode=755 tmpfs /srv/opensvc/var
dd if=/dev/zero of=/srv/opensvc/var/full bs=4k 2>/dev/null
PRISTINE=$(machine)
law "a full disk under var" start_refused "/srv/opensvc/var"
law "a status needs no room there" overall bad.lua down
rm /srv/opensvc/var/full
law "with room again it starts" exits 0 osvc run bad.lua start
law "and stops" exits 0 osvc run bad.lua stop
law "nothing is left" clean

# What does not fit together can be run; the check says so and exits 1.
warned() { # TEXT
	local output
	output=$(same exits 1 osvc check bad.lua 2>&1) || no "$output" || return
	[[ $output == *"$1"* && $output == *"1 warning"* ]] || no "$output"
}
put <<'LUA'
local osvc = require "osvc.v1"
return osvc.service "bad.demo" {
  osvc.fs "0" { type = "tmpfs", dev = "tmpfs", mnt = "/srv/twice" },
  osvc.fs "1" { type = "tmpfs", dev = "tmpfs", mnt = "/srv/twice" },
}
LUA
law "a mount point that occurs twice" warned "bad.lua:4: warning: fs#1: mount point /srv/twice"
