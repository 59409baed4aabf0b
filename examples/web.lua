-- web.lua: a small web server with an address and a file system of its own.
--
--   osvc check web.lua             is it right? nothing is touched
--   osvc plan web.lua start        what would be done, in which order
--   osvc run web.lua start         also: stop, restart, print status
--
-- It wants the name of your node in `nodes`, an interface `br0` that is up, a name `web.demo` that
-- resolves (/etc/hosts will do), the launchers of web.d in /srv/web.d, and a file to keep the data in:
--
--   truncate -s 16M /srv/web.img && mkfs.ext4 -q /srv/web.img
--
-- web.env is the same service as a classic file: osvc equiv web.env web.lua
local osvc = require "osvc.v1"
local ip, loop, fs, app = osvc.ip, osvc.loop, osvc.fs, osvc.app

local IMAGE = "/srv/web.img"

return osvc.service "web" {
  app = "Web",
  nodes = "demo1",

  -- Started in this order and stopped in the opposite one: address, loop device, mount, launchers.
  ip   "0" { ipname = "web.demo", ipdev = "br0", netmask = "255.255.255.0" },
  loop "0" { file = IMAGE },
  fs   "0" { type = "ext4", dev = IMAGE, mnt = "/srv/web", mnt_opt = "noatime" },

  -- S05page.lua, S10httpd.lua: what this service runs. They could stand here as well.
  app { dir = "/srv/web.d" },
}
