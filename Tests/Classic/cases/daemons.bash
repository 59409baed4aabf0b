# shellcheck shell=bash
# shellcheck disable=SC2034 # read by daemons.bash
# Eight, of every kind: web, mail box of messages, caches, a database, files.

DAEMONS="nginx redis-server memcached postgresql mosquitto lighttpd vsftpd rsync"
# shellcheck source=/dev/null
. /srv/with/daemons.bash
