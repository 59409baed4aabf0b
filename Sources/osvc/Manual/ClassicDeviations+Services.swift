extension ClassicDeviations {
    /// In a service file, and in what actions do with the service.
    static let services: [Entry] = [
        Entry(
            "comments in a service file",
            "only a blank and ; ended a value",
            "a blank and # end it too, also on section lines"
        ),
        Entry(
            "overall, when avail is down",
            "warn, when sync or hb were degraded",
            "down, whatever sync and hb say"
        ),
        Entry(
            "the sync of a stopped node",
            "warn: passive node needs update",
            "the node that last ran the service goes on naming the peers that need an update"
        ),
        Entry(
            "heartbeat without its software",
            "a text for each kind of absence",
            "warn, open-ha daemons are not running"
        ),
        Entry(
            "a service without its link in etc",
            "did not exist",
            "exists; the link is a shortcut"
        ),
        Entry(
            "a launcher that fails at start",
            "was only logged",
            "is logged with a WARNING; with on_error = abort the start fails and is rolled back"
        ),
        Entry(
            "a launcher that hangs",
            "hung the action",
            "still does without the keyword timeout; with it, TERM and then KILL end its whole group;"
                + " a status has 30 seconds, then the launcher is warn"
        ),
        Entry(
            "stop order within a type",
            "the order of the file, except for file systems",
            "the start order reversed, for every type"
        ),
        Entry(
            "rollback of what was up before",
            "a volume group was deactivated",
            "only what this start brought up goes down again"
        ),
        Entry(
            "an address that the node had before the service",
            "was already up, and a stop removed it",
            "refused by a start, and never removed, unless it has a label as eth0:1 or osvc's record says that the"
                + " service brought it up"
        ),
        Entry(
            "an address on another interface",
            "was already up",
            "refused by a start"
        ),
        Entry(
            "a service file, a name or an image that changed while the service was up",
            "what was up before was left up",
            "a status shows what was started as ID.started, and a stop takes it down, with a WARNING"
        ),
        Entry(
            "what another service of the node holds",
            "was already up, and a stop removed it",
            "refused by a start, and left by a stop"
        ),
        Entry(
            "a volume group that stays busy",
            "the stop succeeded",
            "it fails: deactivation failed to release all logical volumes"
        ),
        Entry(
            "a volume group with the tag of another node",
            "lost the tag without a message",
            "a WARNING names the tag before it is removed"
        ),
        Entry(
            "a mount point below which another file system is mounted",
            "was used, and the other one was hidden",
            "its start fails, and names the mount that it would hide"
        ),
        Entry(
            "a busy mount at stop",
            "fuser killed every process of the file system below, osvc itself among them",
            "osvc ends only the processes that use this mount, each with a WARNING that names it and"
                + " its user; what keeps it busy and is no process is named, and nobody is ended"
        ),
        Entry(
            "a start after which a resource is not up",
            "succeeded",
            "fails, also when a file system was mounted before and takes no writes, or a trigger ended"
                + " what was up"
        ),
        Entry(
            "a bind mount from a file system of the service",
            "was mounted by the order of its mount point",
            "is mounted after that file system"
        ),
        Entry(
            "a foreign mount over that of a service",
            "was unmounted in its place, exit code 0",
            "is named and left; the stop fails"
        ),
        Entry(
            "a device that is also mounted elsewhere",
            "the stop succeeded, and the device stayed in use",
            "it is unmounted here, and the stop fails and names the other place"
        ),
        Entry(
            "a volume group without volumes",
            "was up",
            "is down; there is nothing to activate"
        ),
        Entry(
            "exit codes",
            "0 for get and set of what does not exist, and for status",
            "1 for every failure, 2 for a wrong call; status exits with the number of the status, of"
                + " several services with the worst, and with 64 where it cannot be told"
        ),
        Entry(
            "a busy service",
            "the action waited, and failed, without a message",
            "an INFO line names the holder of the lock; an ERROR has its pid and its action"
        ),
        Entry(
            "a start that a signal interrupts",
            "said so",
            "reports what it left up, too"
        ),
        Entry(
            "a status while an action is under way, or after it was killed",
            "did not report that",
            "a line in the log names the action"
        ),
        Entry(
            "log lines and trees on a terminal",
            "were plain",
            "warnings and statuses are coloured, unless NO_COLOR is set"
        ),
        Entry(
            "--waitlock below 5",
            "failed at once",
            "waits for that many seconds; 0 means one attempt"
        ),
        Entry(
            "unknown sections and keywords",
            "were ignored",
            "a WARNING names file, line and the nearest known word"
        ),
        Entry(
            "keywords that this release does not have",
            "worked",
            "the service is refused with file and line: nothing is accepted and ignored"
        ),
        Entry(
            "a service without service_type",
            "was refused",
            "is a TST service, as in Lua"
        ),
        Entry(
            "a bad value",
            "a traceback; the service was left out",
            "an ERROR names file and line; the other services go on"
        ),
        Entry(
            "a service that is refused, or whose file is missing",
            "its own link did nothing and exited 0",
            "its ERROR lines, exit code 1"
        ),
        Entry(
            "set, unset, enable, disable",
            "rewrote the file; comments were lost",
            "change the one line; everything else stays, mode and owner too"
        ),
        Entry(
            "enable, disable and delete with --tags",
            "ignored the tags and changed the whole service",
            "are refused: they take --rid"
        ),
        Entry(
            "a resource that --rid names and that does not exist",
            "nothing was done, exit code 0",
            "an ERROR names it and the existing ones, exit code 1"
        ),
        Entry(
            "launchers of other owners",
            "were given to root, and run",
            "are not run; osvc trust fix FILE corrects them once you have looked at them, and"
                + " launcher_owner = any in node.conf accepts other owners"
        ),
        Entry(
            "a service file that others may write, or whose directory they may",
            "was read",
            "is refused: the ERROR names the file or directory, and the command that corrects it"
        ),
        Entry(
            "S10name.lua in a launcher directory",
            "was run as a program",
            "is a launcher in Lua, with start, stop and status of its own"
        ),
        Entry(
            "install over a dangling link NAME.d",
            "stopped half way",
            "the link is corrected, and a line names its old target; one that leads below a mount point is kept"
        ),
        Entry(
            "svcmon of many services",
            "one process a service, rows in any order",
            "one process, or one a processor from 200 services on, at most four; rows in the order of the names"
        ),
        Entry(
            "syncs of a service's own, and sending at all",
            "worked",
            "are refused by name; syncnodes reports which nodes are due"
        ),
    ]
}
