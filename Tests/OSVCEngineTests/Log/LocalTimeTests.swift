import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// Times as clocks, files and scripts may say them.
struct LocalTimeTests {
    private static let times: [Double] = [
        .nan, .signalingNaN, .infinity, -.infinity, .greatestFiniteMagnitude, 1e300, -1e300, 1e19,
        1e18,
        9.3e18, -9.3e18, 6.8e16, 253_402_300_799, 4_102_444_800, 0, -0.0, -0.5, -1e-20, -1,
        .leastNonzeroMagnitude, 0.9999999999,
    ]

    @Test(arguments: times)
    func `every time has a clock, a date and a place in the week`(time: Double) {
        let moment = LocalTime(time)
        #expect(moment.clock.count == 8)
        #expect(moment.stamp.suffix(13).first == " ")
        #expect(moment.stamp.suffix(4).first == ",")
        #expect((0...6).contains(moment.weekday))
        #expect((0..<1440).contains(moment.minuteOfDay))
    }

    @Test func `before 1970 time goes forward, too`() {
        #expect(LocalTime(-0.5).stamp.hasSuffix(",500"))
        #expect(LocalTime(-86400).weekday == 3)
    }

    @Test(arguments: times)
    func `a schedule has a verdict at every time`(time: Double) {
        let schedule = SyncSchedule(periods: ["00:00", "23:59"])
        #expect(schedule.verdict(at: time, last: nil) == .never)
        _ = schedule.verdict(at: time, last: time)
        _ = schedule.isLate(time, at: 0)
    }

    @Test(arguments: ["nan", "inf", "-inf", "1e300", "0x1p9999", "", "x"])
    func `a text that is no time is none`(text: String) {
        #expect(Instant.read(text) == nil)
    }
}

/// The stamp of a push, whatever its file says.
@EngineActor
struct PushStampTests {
    private let directory = TemporaryDirectory()
    private let host = FakeHost()

    @Test(arguments: ["nan\n", "inf\n", "1e300\n", "-inf", "soon", ""])
    func `a stamp that is no time is made anew, without a word`(text: String) throws {
        let layout = Layout(root: directory.path)
        let path = layout.pushStamp(of: "web")
        try Files.makeParent(of: path)
        try FileReplacement.write(Array(text.utf8), to: path, mode: 0o644)
        let stamp = PushStamp(of: "web", file: "/f", changedAt: 7, in: layout, host: host)
        #expect(stamp.refreshIfNeeded().isEmpty)
        #expect(Files.text(path, limit: 64) == "1000000000.0\n")
    }
}
