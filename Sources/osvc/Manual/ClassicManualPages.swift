import OSVCEngine

/// svcmgr(1), in the language of man: from the tables of actions and options.
struct ServiceManagerPage {
    var text: String {
        var lines = [
            ".\\\" Made by make docs from the tables of actions and options.",
            ".TH SVCMGR 1 \"\" \"osvc \(osvcVersion)\" \"osvc\"",
            ".SH NAME",
            "svcmgr, svcmon, nodemgr, allservices, svcfreeze \\- the classic names of osvc",
            ".SH SYNOPSIS",
        ]
        for line in Self.synopsis { lines += [".br", ManualPage.escaped(line)] }
        lines += [".SH DESCRIPTION", Self.description, ".SH ACTIONS"]
        for action in ClassicCommand.actions {
            lines += [
                ".TP", ".B \(ManualPage.escaped(action.name))", ManualPage.escaped(action.summary),
            ]
        }
        lines += options("svcmgr", ClassicOptions.Option.svcmgr)
        lines += options("svcmon", ClassicOptions.Option.svcmon)
        lines += options("nodemgr", ClassicOptions.Option.nodemgr)
        lines += [".SH FILES"]
        lines += ManualPage.files.flatMap {
            [".TP", ".I \(ManualPage.escaped($0.path))", ManualPage.escaped($0.what)]
        }
        lines += [
            ".SH EXIT STATUS",
            "0 success, 1 failure (of several services the sum), 2 the call is wrong. The action",
            ".B status",
            "exits with the number of the status: 0 up, 1 down, 2 warn, 3 n/a, 5 undef, 6 stdby up,",
            "7 stdby down.",
            ".SH SEE ALSO",
            "osvc(1), osvc\\-classic(7)",
        ]
        return lines.map { $0 + "\n" }.joined()
    }

    private static let synopsis = [
        "svcmgr -s NAME[,NAME...] ACTION [options]",
        "NAME ACTION [options]",
        "NAME.cluster ACTION [options]",
        "allservices | allupservices | alldownservices ACTION [options]",
        "allprimaryservices | allsecondaryservices ACTION [options]",
        "svcmon [options]",
        "nodemgr get | set | unset [options]",
        "svcfreeze | svcthaw | svcfrozen [NAME]",
    ]

    private static let description = """
        One program, osvc, answers to all these names: links to it stand in ROOT/bin, and for each
        service a link NAME in ROOT/etc. What the last part of the name says is what it does:
        .B NAME.cluster
        is how cluster software calls, for which there is no safety net;
        .B allupservices
        takes the services that are up or warn. Words of an action may be joined by an underscore, and
        options may stand before or after them.
        """

    private func options(_ program: String, _ options: [ClassicOptions.Option]) -> [String] {
        var lines = [".SH OPTIONS OF \(program.uppercased())"]
        for option in options where !option.help.isEmpty {
            let short = option.short.map { "-\($0), " } ?? ""
            let name = ManualPage.escaped("\(short)--\(option.long)\(option.value)")
            lines += [".TP", ".B \(name)", ManualPage.escaped(option.help)]
        }
        return lines
    }
}

/// osvc-classic(7): what users of the classic release must know.
struct ClassicManualPage {
    var text: String {
        var lines = [
            ".\\\" Made by make docs from the list of deviations.",
            ".TH OSVC\\-CLASSIC 7 \"\" \"osvc \(osvcVersion)\" \"osvc\"",
            ".SH NAME",
            "osvc\\-classic \\- where osvc differs from the classic release, on purpose",
            ".SH DESCRIPTION",
            "Service files, launcher directories, commands, log lines and status trees are those of",
            "OpenSVC 1.5. What follows is all that a user can notice of the differences.",
            ".SH DIFFERENCES",
        ]
        for entry in ClassicDeviations.all {
            lines += [
                ".TP", ".B \(ManualPage.escaped(entry.subject))",
                ManualPage.escaped("classic: \(entry.classic)"), ".br",
                ManualPage.escaped("osvc: \(entry.osvc)"),
            ]
        }
        lines += [".SH SEE ALSO", "osvc(1), svcmgr(1)"]
        return lines.map { $0 + "\n" }.joined()
    }
}

/// The table of `docs/classic.md`, below its mark.
struct ClassicDeviationTable {
    var text: String {
        var lines = ["", "| about | the classic release | osvc |", "|---|---|---|"]
        lines += ClassicDeviations.all.map { entry in
            let cells = [entry.subject, entry.classic, entry.osvc].map(Markdown.cell)
            return "| \(cells.joined(separator: " | ")) |"
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
