-- 10-policy.lua: a rule of the site, for every service whose `app` is Web. Its place is
-- <root>/etc/site.d; the service files do not know of it and cannot switch it off.
local osvc = require "osvc.v1"

return osvc.hooks "site-policy" {
  match = { app = "Web" },

  osvc.hook "stop-on-purpose" {
    on = "stop.pre", order = 10,
    run = function(ev)
      if ev.reason == "user" and not ev.force then
        ev:refuse("people are reading %s; --force overrides", ev.service.name)
      end
    end,
  },
}
