-- <root>/etc/site.d/10-policy.lua : applies to every service of this site, .env or .lua
local osvc = require "osvc.v1"
local CHANGES = osvc.window "Sat-Sun 00:00-24:00, Mon-Fri 22:00-06:00"

return osvc.hooks "site-policy" {
  match = { service_type = "PRD" },

  osvc.hook "change-window" {
    on = "start.pre", order = 10,
    run = function(ev)
      -- a failover (reason "cluster") is never refused; a person may insist with --force
      if ev.reason == "user" and not ev.force and not CHANGES:contains(ev:now()) then
        ev:refuse("outside the change window (%s); --force overrides", CHANGES)
      end
    end,
  },

  osvc.hook "multipath-check" {
    on = "resource.start.pre", resource = "vg#*", order = 50, timeout = "20s",
    run = function(ev)
      local r = ev:probe { "multipath", "-ll" }          -- read-only: also runs in a dry run
      if not r.ok then ev:refuse("multipath -ll: exit %d", r.rc) end
      local paths = 0
      for line in r.stdout:gmatch("[^\n]+") do
        if line:find("active ready", 1, true) or line:find("active undef", 1, true) then paths = paths + 1 end
      end
      if paths == 0 then ev:refuse("%s: no active path", ev.resource.label) end
      if paths == 1 then ev:warn("%s: one path left, no redundancy", ev.resource.label) end
    end,
  },

  osvc.hook "notify-failover" {
    on = "start.post", order = 900, on_error = "warn", timeout = "15s",
    run = function(ev)
      if ev.reason ~= "cluster" or ev.last_node == ev.node then return end
      ev:exec { "/usr/bin/logger", "-t", "osvc", "-p", "daemon.alert",
                ("%s failed over %s -> %s"):format(ev.service.name, ev.last_node or "?", ev.node) }
    end,
  },
}
