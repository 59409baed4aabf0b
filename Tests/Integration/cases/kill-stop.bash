# shellcheck shell=bash
# shellcheck disable=SC2034 # read by kill.bash
# osvc is killed at every step of a stop.

WALKS="stop record 10 before each record of the journal
stop sync 4 after each record of what is about to be done
stop remove 2 before each file it removes
stop program 3 with each program just started"
# shellcheck source=/dev/null
. /srv/with/kill.bash
