extension ClassicDeviations {
    /// In the programs, their output and what they trust.
    static let programs: [Entry] = [
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
            "--status with a word that is not a status",
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
            "required a prefix length, and ifconfig",
            "takes a mask, too, and goes up with ip, announced as IPv6 does"
        ),
        Entry(
            "switch",
            "looked for a node None without --to; stopped here and started there",
            "asks for --to; starting on another node is refused by name, and nothing is stopped"
        ),
        Entry(
            "push",
            "informed a collector, even at the first load of a service",
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
            "svcfreeze and svcthaw of a service that does not exist",
            "did nothing, exit code 0",
            "a message, exit code 1: the name was mistyped"
        ),
        Entry(
            "a C launcher that cannot be executed",
            "counted as exit code 1, which may mean down",
            "warn, and the reason: what cannot be asked is not down"
        ),
        Entry(
            "a status launcher that hangs",
            "held every action and status for ever",
            "is ended after 30 s and is warn; an action asks it once before and once after a start, never at a stop,"
                + " and logs what it waits for"
        ),
        Entry(
            "a table or trees of all services",
            "left out what could not be loaded, exit code 0",
            "a row or tree reports that the service cannot be loaded or asked; the exit"
                + " code is 1"
        ),
        Entry(
            "an action on several named services",
            "passed over a name that is not a service, or one that did not load",
            "does the others, names it, exit code 1"
        ),
        Entry(
            "whether a file system takes writes",
            "a status wrote .opensvc at its root",
            "the mount table and access(2) decide; a status writes nothing"
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
            "were written to, even if others could write there",
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
            "control characters of a program's output",
            "reached the terminal and the log",
            "are written out, as \\x1b"
        ),
        Entry(
            "what a killed action left running",
            "was not looked for",
            "is awaited up to its limit, a minute at least, then ended; a tool such as e2fsck is never"
                + " ended: a start is refused while it runs; the status is warn meanwhile"
        ),
        Entry(
            "output that nobody reads",
            "held the action",
            "is dropped with a count; the service's log file has it all"
        ),
        Entry(
            "a lock file that cannot be used",
            "failed every action",
            "refuses a start and names the command that corrects it; a stop goes on with a WARNING"
        ),
        Entry(
            "a service whose name begins with a dot",
            "existed",
            "is refused"
        ),
        Entry(
            "variables that a program's runtime obeys",
            "were passed on",
            "SWIFT_* are removed for osvc and for what it runs"
        ),
    ]
}
