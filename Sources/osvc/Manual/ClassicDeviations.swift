/// Where osvc differs from the classic release on purpose, as far as a user can notice it. `docs/classic.md`
/// and osvc-classic(7) are made from this list.
enum ClassicDeviations {
    struct Entry {
        /// What it is about, in a few words.
        var subject: String
        /// What the classic release did.
        var classic: String
        /// What osvc does.
        var osvc: String

        init(_ subject: String, _ classic: String, _ osvc: String) {
            self.subject = subject
            self.classic = classic
            self.osvc = osvc
        }
    }

    static let all: [Entry] = [
        Entry(
            "comments in a service file",
            "only a blank and ; ended a value",
            "a blank and # do, too, also on section lines; ; as before"
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
            "the order of the file, but for file systems",
            "the start order reversed, for every type"
        ),
        Entry(
            "rollback of what was up before",
            "a volume group was deactivated",
            "only what this start brought up goes down again"
        ),
        Entry(
            "a volume group that stays busy",
            "the stop succeeded",
            "it fails: deactivation failed to release all logical volumes"
        ),
        Entry(
            "a volume group with the tag of another node",
            "lost the tag without a word",
            "a WARNING names the tag before it goes"
        ),
        Entry(
            "a volume group without volumes",
            "was up",
            "is down; there is nothing to activate"
        ),
        Entry(
            "exit codes",
            "0 for get and set of what is not there, and for status",
            "1 for every failure, 2 for a wrong call; status exits with the number of the status"
        ),
        Entry(
            "a busy service",
            "the action waited, and failed, without a word",
            "an INFO line names whom it waits for, an ERROR the pid and the action of who holds it"
        ),
        Entry(
            "a start that a signal interrupts",
            "said so",
            "says, too, what it left up"
        ),
        Entry(
            "a status while an action is under way, or after it was killed",
            "said nothing of that",
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
            "waits so many seconds; 0 is one try"
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
            "a bad value",
            "a traceback; the service was not there",
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
            "took no notice of the tags: the whole service",
            "are refused: they take --rid"
        ),
        Entry(
            "a resource that --rid names and that is not there",
            "nothing was done, exit code 0",
            "an ERROR names it and those that are there, exit code 1"
        ),
        Entry(
            "launchers of other owners",
            "were given to root, and run",
            "are not run; osvc trust fix FILE mends them once you looked at them, and"
                + " launcher_owner = any in node.conf accepts other owners"
        ),
        Entry(
            "a service file that others may write, or whose directory they may",
            "was read",
            "is refused: the ERROR names what is in the wrong hands and the command that mends it"
        ),
        Entry(
            "S10name.lua in a launcher directory",
            "was run as a program",
            "is a launcher in Lua, with start, stop and status of its own"
        ),
        Entry(
            "install over a dangling link NAME.d",
            "stopped half way",
            "the link is mended, and a line says where it led; one that leads below a mount point of the service is right"
        ),
        Entry(
            "svcmon of many services",
            "one process a service, rows in any order",
            "one process a processor, rows in the order of the names"
        ),
        Entry(
            "syncs of a service's own, and sending at all",
            "worked",
            "are refused by name; syncnodes decides who is due and says so"
        ),
        Entry(
            "syncnodes and syncdrp of a service with a heartbeat",
            "were refused without --cluster",
            "go on"
        ),
        Entry(
            "a peer whose node.conf has no host_mode",
            "got no files",
            "is TST"
        ),
        Entry(
            "names of nodes in a text",
            "came in any order",
            "come in the order of the service file"
        ),
        Entry(
            "the periods of a sync that is skipped",
            "with a u before each quote when JSON said them",
            "plain quotes"
        ),
        Entry("restart", "crashed", "stop, then start; no start when the stop failed"),
        Entry(
            "thaw of one service",
            "thawed all, when the service itself was not frozen",
            "removes only its own flag"
        ),
        Entry(
            "boot with a heartbeat",
            "started on autostart nodes",
            "leaves the start to the cluster software, and brings up what is standby"
        ),
        Entry("allupservices", "only what is up", "warn, too"),
        Entry(
            "--status with a word that is no status",
            "chose every service",
            "a wrong call, exit code 2"
        ),
        Entry(
            "ifconfig",
            "was needed",
            "is used when it is there, otherwise ip; ip_tool, of an address or in node.conf, forces one"
        ),
        Entry(
            "an IPv6 address",
            "wanted a prefix length, and ifconfig",
            "takes a mask, too, and goes up with ip, announced as IPv6 does"
        ),
        Entry(
            "switch",
            "looked for a node None without --to; stopped here and started there",
            "asks for --to; starting on another node is refused by name, and nothing is stopped"
        ),
        Entry(
            "push",
            "told a collector, also at the first load of a service",
            "refreshes the stamp and prints the two lines, never at the first load; nothing is sent"
                + " anywhere, and a stamp that cannot be written is exit code 1"
        ),
        Entry(
            "a signal while several services are acted on",
            "ended the action of one",
            "ends all that is under way, and nothing is begun after it"
        ),
        Entry(
            "frozen",
            "exited 0",
            "exits 1 when the service is frozen, as svcfrozen does"
        ),
        Entry(
            "svcfreeze and svcthaw of a service that is not there",
            "did nothing, exit code 0",
            "a message, exit code 1: the name was mistyped"
        ),
        Entry(
            "a C launcher that cannot be executed",
            "counted as exit code 1, which may mean down",
            "warn, and the reason: what cannot be asked is not down"
        ),
        Entry(
            "a table or trees of all services",
            "left out what could not be loaded, exit code 0",
            "a row, or a tree, says that the service cannot be loaded or asked; the exit"
                + " code is 1"
        ),
        Entry(
            "an action on several named services",
            "passed over a name that is no service, or one that did not load",
            "does the others, names it, exit code 1"
        ),
        Entry(
            "whether a file system takes writes",
            "a status wrote .opensvc at its root",
            "the mount table and access(2) tell; a status writes nothing"
        ),
        Entry(
            "a frozen file system",
            "a status hung; umount left its disk in use",
            "a status answers; a stop thaws it first, with a WARNING"
        ),
        Entry(
            "programs that others may change",
            "were run",
            "are run with a WARNING; [node] strict = true in node.conf refuses a start, stonith and the monitor"
        ),
        Entry(
            "osvc's own directories",
            "were written to, whoever else could",
            "every action but a stop and stonith is refused when others may write to var, var/lock, log or tmp; a stop"
                + " goes on with a WARNING"
        ),
        Entry(
            "the output of a launcher",
            "was written through any link",
            "is not written where another user's link leads, nor into a directory that"
                + " everybody may write to"
        ),
        Entry(
            "what a killed action left running",
            "was not looked for",
            "is awaited up to its limit, a minute at least, then ended; the status is warn"
                + " meanwhile"
        ),
        Entry(
            "output that nobody reads",
            "held the action",
            "is dropped with a count; the service's log file has it all"
        ),
        Entry(
            "a lock file that cannot be used",
            "failed every action",
            "refuses a start and names the command that mends it; a stop goes on with a WARNING"
        ),
        Entry(
            "a service whose name begins with a dot",
            "existed",
            "is refused"
        ),
        Entry(
            "variables that a program's runtime obeys",
            "were handed on",
            "SWIFT_* reach neither osvc nor what it runs"
        ),
    ]
}
