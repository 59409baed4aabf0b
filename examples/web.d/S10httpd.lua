-- S10httpd.lua: the web server; started as the 10th, stopped at K = 100 - 10.
local osvc = require "osvc.v1"
local check = osvc.check

local PIDFILE, PORT = "/run/web.pid", 8080

return osvc.daemon "httpd" {
  cmd = { "/bin/busybox", "httpd", "-f", "-p", tostring(PORT), "-h", "/srv/web" },
  pidfile = PIDFILE,
  -- Answered by the kernel: a status starts no program.
  status = check.all {
    check.pidfile(PIDFILE, { exe = "/bin/busybox" }),
    check.tcp { host = "127.0.0.1", port = PORT, timeout = "2s" },
  },
}
