-- A file system on a mirror of two disks that both nodes see.
local osvc = require "osvc.v1"

return osvc.service "mirror" {
  service_type = "TST",
  nodes        = { "sles1", "sles2" },

  osvc.md "0" { uuid = "3aaa0122:29827cfa:5331ad66:ca767371", dev = "/dev/md/data" },
  osvc.fs "0" { type = "ext4", dev = "/dev/md/data", mnt = "/srv/data" },
}
