-- The tutorial's service: an address, a volume group, two ext3 file systems, a web server.
local osvc = require "osvc.v1"
local check = osvc.check
local ip, vg, fs, app = osvc.ip, osvc.vg, osvc.fs, osvc.app

local PIDFILE = "/run/webserver.pid"

return osvc.service "p26.opensvc.com" {
  app            = "MyApp",
  service_type   = "TST",
  autostart_node = "sles1",
  nodes          = { "sles1", "sles2" },
  mode           = "hosted",

  ip "0" { ipname = "p26.opensvc.com", ipdev = "eth0" },
  vg "0" { vgname = "vgsvc1" },
  fs "0" { type = "ext3", mnt = "/svc1/app",  dev = "/dev/mapper/vgsvc1-lvappsvc1" },
  fs "1" { type = "ext3", mnt = "/svc1/data", dev = "/dev/mapper/vgsvc1-lvdatasvc1" },

  app {
    osvc.daemon "webserver" {
      S = 10,
      cmd = { "/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/svc1/data" },
      pidfile = PIDFILE,
      status = check.all {
        check.pidfile(PIDFILE, { exe = "/bin/busybox" }),
        check.tcp { host = "127.0.0.1", port = 8080, timeout = "5s" },
      },
    },
  },
}
