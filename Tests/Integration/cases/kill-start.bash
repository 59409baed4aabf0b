# shellcheck shell=bash
# shellcheck disable=SC2034 # read by kill.bash
# osvc is killed at what a start does beside its records.

WALKS="start sync 7 after each record of what is about to be done
start replace 3 before each file it replaces
start program 5 with each program just started"
# shellcheck source=/dev/null
. /srv/with/kill.bash
