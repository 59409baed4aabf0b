# shellcheck shell=bash
# shellcheck disable=SC2034 # read by kill.bash
# osvc is killed at each record that a start makes in its journal.

WALKS="start record 14 before each record of the journal"
# shellcheck source=/dev/null
. /srv/with/kill.bash
