-- S05page.lua: a new file system has no page yet. `ctx` is what a launcher may do, and exists only
-- while it runs.
local osvc = require "osvc.v1"

local PAGE = "/srv/web/index.html"

return osvc.launcher "page" {
  start = function(ctx)
    if not ctx:stat(PAGE) then
      ctx:write_file(PAGE, "<html><body>It Works !</body></html>\n")
    end
  end,
}
