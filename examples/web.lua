-- web.lua: a small web server with an address and a file system of its own.
--
--   osvc check web.lua             is it right? nothing is touched
--   osvc plan web.lua start        what would be done, in which order
--   osvc run web.lua start         also: stop, restart, print status
--
-- It wants an interface `br0` that is up, a name `web.demo` that resolves (/etc/hosts will do), and
-- a file to keep the data in:
--
--   truncate -s 16M /srv/web.img && mkfs.ext4 -q /srv/web.img
local osvc = require "osvc.v1"
local check = osvc.check
local ip, loop, fs, app = osvc.ip, osvc.loop, osvc.fs, osvc.app

local NAME, PORT  = "web.demo", 8080
local IMAGE, HOME = "/srv/web.img", "/srv/web"
local PIDFILE     = "/run/web.pid"

return osvc.service(NAME) {
  app = "Web",

  -- Started in this order and stopped in the opposite one: address, loop device, mount, server.
  ip   "0" { ipname = NAME, ipdev = "br0", netmask = "255.255.255.0" },
  loop "0" { file = IMAGE },
  fs   "0" { type = "ext4", dev = IMAGE, mnt = HOME, mnt_opt = "noatime" },

  app {
    osvc.daemon "httpd" {
      S = 10,     -- its place among the launchers; stopped at K = 100 - S
      cmd = { "/bin/busybox", "httpd", "-f", "-p", tostring(PORT), "-h", HOME },
      pidfile = PIDFILE,
      -- Answered by the kernel: a status starts no program.
      status = check.all {
        check.pidfile(PIDFILE, { exe = "/bin/busybox" }),
        check.tcp { host = "127.0.0.1", port = PORT, timeout = "2s" },
      },
    },
  },

  -- A new file system has no page yet; `ev` is what a hook may do, and exists only while it runs.
  osvc.hook "first-page" {
    on = "resource.start.post", resource = "fs#0", on_error = "abort",
    run = function(ev)
      if not ev:stat(HOME .. "/index.html") then
        ev:write_file(HOME .. "/index.html", "<html><body>It Works !</body></html>\n")
      end
    end,
  },

  osvc.hook "announce" {
    on = "start.post",
    run = function(ev) ev:info("serving http://%s:%d/", NAME, PORT) end,
  },
}
