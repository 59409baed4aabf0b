# shellcheck shell=bash
# shellcheck disable=SC2034 # read by daemons.bash
# The three of them that every run of the tests can afford.

DAEMONS="nginx redis-server memcached"
# shellcheck source=/dev/null
. /srv/with/daemons.bash
