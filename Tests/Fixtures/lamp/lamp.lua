-- lamp.lua : two launchers in Lua instead of S10mysqld/K90mysqld/C10mysqld, S20apache/...
local osvc  = require "osvc.v1"
local check = osvc.check
local ip, vg, fs, app = osvc.ip, osvc.vg, osvc.fs, osvc.app

local VIP, DATA, RUN, PORT = "lamp.opensvc.com", "/svc1/data/mysql", "/svc1/data/run", 3306

local mysqld = osvc.launcher "mysqld" {
  S = 10, K = 90, C = 10,
  timeout = { start = "120s", stop = "300s", status = "10s" },

  start = function(ctx)
    if not ctx:stat(DATA .. "/ibdata1") then
      ctx:fail("no database in %s: is fs#1 the right volume?", DATA)
    end
    ctx:spawn { "/usr/sbin/mysqld", "--user=mysql", "--datadir=" .. DATA,
                "--port=" .. PORT, "--pid-file=" .. RUN .. "/mysqld.pid" }
    ctx:wait_until("mysqld answers", { timeout = "90s", every = "1s" }, function()
      return ctx:probe { "mysqladmin", "--protocol=tcp", "--port=" .. PORT, "ping" }.ok
    end)
  end,

  stop = function(ctx)
    ctx:exec { "mysqladmin", "--protocol=tcp", "--port=" .. PORT, "shutdown", timeout = "240s" }
    ctx:wait_until("mysqld is gone", { timeout = "30s", every = "1s" }, function()
      return not ctx:stat(RUN .. "/mysqld.pid")
    end)
  end,

  -- a declarative status: a value, not code, so `osvc plan` and `osvc explain` can print it
  status = check.all {
    check.pidfile(RUN .. "/mysqld.pid", { exe = "/usr/sbin/mysqld" }),
    check.tcp { host = "127.0.0.1", port = PORT, timeout = "2s" },
  },
}

local apache = osvc.launcher "apache" {
  S = 20, K = 80, C = 20,
  timeout = { start = "30s", stop = "60s", status = "15s" },

  start = function(ctx)
    ctx:exec { "/usr/sbin/apachectl", "-f", "/svc1/app/apache/httpd.conf", "-t" }   -- raises on rc ~= 0
    ctx:exec { "/usr/sbin/apachectl", "-f", "/svc1/app/apache/httpd.conf", "-k", "start" }
    ctx:undo("stop apache", function()
      ctx:exec { "/usr/sbin/apachectl", "-f", "/svc1/app/apache/httpd.conf", "-k", "stop" }
    end)
    local r = ctx:http { url = "http://127.0.0.1/health", timeout = "5s", retry = 5, every = "1s" }
    if r.status ~= 200 then ctx:fail("/health answered %d", r.status) end
  end,

  stop = function(ctx)
    ctx:exec { "/usr/sbin/apachectl", "-f", "/svc1/app/apache/httpd.conf", "-k", "graceful-stop", ok = { 0, 1 } }
  end,

  -- a status in code: pid, then port, then HTTP content; "warn" for a half-working server
  status = function(ctx)
    local pid = ctx:pidfile("/svc1/app/apache/httpd.pid", { exe = "/usr/sbin/httpd" })
    if not pid then return "down" end
    if not ctx:tcp { host = VIP, port = 80, timeout = "2s" } then
      return "warn", ("httpd runs (pid %d) but port 80 is closed"):format(pid)
    end
    local r = ctx:http { url = "http://" .. VIP .. "/", timeout = "5s" }
    if r.status ~= 200 then return "warn", "GET / answered " .. r.status end
    return "up"
  end,

  info = function(ctx) return { Name = "apache", Version = "2.2" } end,
}

return osvc.service "lamp.opensvc.com" {
  app = "Shop", service_type = "PRD",
  nodes = { "sles1", "sles2" }, autostart_node = "sles1",

  ip "0" { ipname = VIP, ipdev = "eth0" },
  vg "0" { vgname = "vgsvc1" },
  fs "0" { type = "ext3", mnt = "/svc1/app",  dev = "/dev/mapper/vgsvc1-lvappsvc1" },
  fs "1" { type = "ext3", mnt = "/svc1/data", dev = "/dev/mapper/vgsvc1-lvdatasvc1" },
  app { on_error = "abort", mysqld, apache },
}
