import OSVCEngine
import OSVCTestSupport
import Testing

/// Launchers that somebody else may have written.
extension LauncherDirectoryTests {
    @Test func `a launcher of another owner is refused before anything starts`() async throws {
        lay("S10a", "S20b", "K20b")
        host.files["\(path)/S20b"]?.info.owner = 12
        let seen = await look(try app())
        let text =
            "\(path)/S20b is not run: \(path)/S20b belongs to user 12 (mode 755),"
            + " who could change it: osvc trust fix \(path)/S20b"
        #expect(lines(seen.startSteps) == ["refused \(text)"])
        #expect(lines(seen.stopSteps) == ["\(path)/K20b stop"])
        #expect(seen.report.notes == ["no checkup scripts", text])
    }

    /// Modes, and whether such a launcher is run.
    @Test(
        arguments: [
            (0o755, true), (0o700, true), (0o777, false), (0o775, false), (0o757, false),
        ] as [(UInt32, Bool)]
    )
    func `a launcher that others may write is refused`(mode: UInt32, isRun: Bool) async throws {
        lay("S10a", mode: mode)
        let steps = lines(await look(try app()).startSteps)
        if !isRun {
            let digits = String(mode, radix: 8)
            let text = "\(path)/S10a may be written by others (owner 0, mode \(digits))"
            #expect(
                steps == ["refused \(path)/S10a is not run: \(text): osvc trust fix \(path)/S10a"]
            )
        } else {
            #expect(steps == ["\(path)/S10a start"])
        }
    }

    @Test func `a launcher in a directory that others may write is refused`() async throws {
        lay("S10a")
        host.files["/srv/init.d"]?.info.mode = 0o1777
        let steps = lines(await look(try app()).startSteps)
        let text =
            "/srv/init.d may be written by others (owner 0, mode 1777): chmod go-w /srv/init.d"
        #expect(steps == ["refused \(path)/S10a is not run: \(text)"])
    }

    @Test func `who runs osvc may own the launchers`() async throws {
        lay("S10a")
        host.userID = 1000
        host.files["\(path)/S10a"]?.info.owner = 1000
        #expect(lines(await look(try app()).startSteps) == ["\(path)/S10a start"])
    }

    /// What `node.conf` says, who owns it and with which mode, and whether a stranger's launcher is run.
    @Test(
        arguments: [
            ("[node]\nlauncher_owner = any\n", 0, 0o644, true),
            ("[DEFAULT]\nlauncher_owner = any\n", 0, 0o644, true),
            ("[node]\nlauncher_owner = root\n", 0, 0o644, false),
            ("[node]\n", 0, 0o644, false),
            // Who may write node.conf must not thereby become root.
            ("[node]\nlauncher_owner = any\n", 12, 0o644, false),
            ("[node]\nlauncher_owner = any\n", 0, 0o664, false),
        ] as [(String, UInt32, UInt32, Bool)]
    )
    func `node.conf can let anyone own launchers`(
        text: String,
        owner: UInt32,
        mode: UInt32,
        isRun: Bool
    ) async throws {
        lay("S10a")
        host.files["\(path)/S10a"]?.info.owner = 12
        host.files["/srv/init.d"]?.info.owner = 13
        let configuration = "\(Fixture.facts.root)/etc/node.conf"
        host.files[configuration] = FakeFile(contents: Array(text.utf8), mode: mode)
        host.files[configuration]?.info.owner = owner
        let steps = lines(await look(try app()).startSteps)
        #expect((steps == ["\(path)/S10a start"]) == isRun)
        #expect(steps.first?.hasPrefix("refused \(path)/S10a") == !isRun)
    }

    @Test func `whoever may own launchers, others may not write them`() async throws {
        lay("S10a", mode: 0o775)
        let configuration = "\(Fixture.facts.root)/etc/node.conf"
        host.files[configuration] = FakeFile("[node]\nlauncher_owner = any\n")
        let steps = lines(await look(try app()).startSteps)
        #expect(steps.first?.hasSuffix("osvc trust fix \(path)/S10a") == true)
        host.files["\(path)/S10a"]?.info.mode = 0o755
        host.files["/srv/init.d"]?.info.mode = 0o777
        let others = lines(await look(try app()).startSteps)
        #expect(others.first?.hasSuffix("chmod go-w /srv/init.d") == true)
    }

    @Test func `a stop goes on beside a launcher that is refused`() async throws {
        lay("K10a", "K20b")
        host.files["\(path)/K10a"]?.info.owner = 12
        let steps = lines(await look(try app()).stopSteps)
        #expect(steps.count == 2 && steps[0].hasPrefix("refused \(path)/K10a"))
        #expect(steps[1] == "\(path)/K20b stop")
    }

    @Test func `a status launcher that is refused is warn`() async throws {
        lay("C10a")
        host.files["\(path)/C10a"]?.info.mode = 0o777
        let report = await look(try app(), for: .status).report
        #expect(report.status == .warn)
        #expect(report.notes.count == 1)
        #expect(host.commands == [])
    }

    @Test func `a launcher that only lacks its execute bit is given it`() async throws {
        lay("S10a", "C10a", mode: 0o644)
        host.expect("chmod +x \(path)/C10a")
        host.expect("\(path)/C10a status", code: 1)
        let seen = await look(try app())
        #expect(lines(seen.startSteps) == ["chmod +x \(path)/S10a", "\(path)/S10a start"])
        #expect(host.commands == [])
        let report = await look(try app(), for: .status).report
        #expect(report.status == .down)
        #expect(report.mended == ["chmod +x \(path)/C10a"])
        #expect(host.commands == ["chmod +x \(path)/C10a", "\(path)/C10a status"])
    }

    @Test func `of several links to one program the first is made executable`() async throws {
        lay("S10a", "S20b", mode: 0o644)
        host.files["/srv/launcher"] = FakeFile(contents: [], mode: 0o644)
        for name in ["S10a", "S20b"] { host.links["\(path)/\(name)"] = "/srv/launcher" }
        let steps = lines(await look(try app()).startSteps)
        #expect(
            steps == ["chmod +x \(path)/S10a", "\(path)/S10a start", "\(path)/S20b start"]
        )
    }

    @Test func `a script in the directory is refused where nothing runs scripts`() async throws {
        lay("S10a.lua")
        let text = "\(path)/S10a.lua: scripts cannot run here"
        #expect(lines(await look(try app()).startSteps) == ["refused \(text)"])
    }
}
