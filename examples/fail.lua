-- fail.lua: a service whose last step always fails, to see a start undo what it did.
local osvc = require "osvc.v1"
local ip, fs, app = osvc.ip, osvc.fs, osvc.app

return osvc.service "fail.demo" {
  app = "Web",

  ip "0" { ipname = "fail.demo", ipdev = "br0", netmask = "255.255.255.0" },
  fs "0" { type = "tmpfs", dev = "tmpfs", mnt = "/srv/fail", mnt_opt = "size=1m" },

  -- The address and the mount are there when this runs; they go again because it fails.
  app {
    osvc.launcher "broken" {
      S = 10,
      start = function(ctx) ctx:fail("no licence in /srv/fail") end,
      stop = { "/bin/true" },
    },
  },
}
