import Glibc
import OSVCTestSupport
import Testing

@testable import OSVCEngine

/// When files may be sent (classic-resources.md section 6, `Schedule test`).
struct SyncScheduleTests {
    /// A moment in local time, whatever the time zone of who tests: 2014-02-17 was a Monday.
    private func moment(_ clock: String, day: Int = 17) -> Double {
        let text = "2014-02-\(day) \(clock):00"
        guard let time = SyncStamp.time(text) else { preconditionFailure(text) }
        return time
    }

    @Test func `an interval of 0 switches it off, whatever the time`() {
        let schedule = SyncSchedule(interval: 0)
        let verdict = schedule.verdict(at: moment("04:30"), last: nil)
        #expect(verdict.line == "skip sync: disabled by sync_interval = 0")
    }

    /// The first and the last minute of the period count.
    @Test(arguments: [("03:58", false), ("03:59", true), ("05:59", true), ("06:00", false)])
    func `by default it is allowed in the early morning`(clock: String, isDue: Bool) {
        let verdict = SyncSchedule().verdict(at: moment(clock), last: 0)
        let line = "skip sync: not in allowed period (['03:59', '05:59'])"
        #expect(verdict.line == (isDue ? nil : line))
    }

    @Test(arguments: [("22:00", true), ("23:59", true), ("00:30", true), ("12:00", false)])
    func `a period may go over midnight`(clock: String, isDue: Bool) {
        let schedule = SyncSchedule(periods: ["22:00", "02:00"])
        #expect((schedule.verdict(at: moment(clock), last: 0) == .due) == isDue)
    }

    @Test func `of several periods any will do, and all are named`() {
        let schedule = SyncSchedule(periods: ["03:59", "05:59", "22:00", "23:00"])
        #expect(schedule.verdict(at: moment("22:30"), last: 0) == .due)
        let text = "not in allowed period ([['03:59', '05:59'], ['22:00', '23:00']])"
        #expect(schedule.verdict(at: moment("12:00"), last: 0) == .skip(text))
    }

    @Test func `days are compared in any case and named as they were written`() {
        let schedule = SyncSchedule(days: ["Monday", "friday"])
        #expect(schedule.verdict(at: moment("04:00", day: 17), last: 0) == .due)
        #expect(schedule.verdict(at: moment("04:00", day: 21), last: 0) == .due)
        let text = "not in allowed days (['Monday', 'friday'])"
        #expect(schedule.verdict(at: moment("04:00", day: 18), last: 0) == .skip(text))
    }

    @Test func `a node that never got files is due, one that just did is not`() {
        let now = moment("04:30")
        #expect(SyncSchedule().verdict(at: now, last: nil).line == "don't skip sync: no timestamp")
        #expect(SyncSchedule().verdict(at: now, last: now - 121 * 60) == .due)
        let line = SyncSchedule(interval: 30).verdict(at: now, last: now - 60).line
        #expect(line == "skip sync: too soon (30)")
    }

    @Test func `late is what is older than the longest delay, and what never was`() {
        let schedule = SyncSchedule(maximumDelay: 10)
        #expect(schedule.isLate(nil, at: 1000))
        #expect(!schedule.isLate(400, at: 1000))
        #expect(schedule.isLate(399, at: 1000))
        #expect(!schedule.isLate(2000, at: 1000))
    }

    // MARK: Words

    @Test func `a period is pairs of times of day`() {
        #expect(SyncWords.problem(periods: ["03:59", "5:59"]) == nil)
        #expect(SyncWords.problem(periods: ["03:59"]) != nil)
        #expect(SyncWords.problem(periods: []) != nil)
        for text in ["24:00", "12:60", "1200", "12:5", "a:00", "12:00:00", "-1:00", ""] {
            #expect(
                SyncWords.problem(periods: [text, "05:59"])
                    == "'\(text)' is not a time such as 03:59"
            )
        }
    }

    @Test func `days are those of the week`() {
        #expect(SyncWords.problem(days: ["Monday", "SUNDAY"]) == nil)
        #expect(
            SyncWords.problem(days: ["mondey"])
                == "'mondey' is not a day of the week (did you mean 'monday'?)"
        )
        #expect(SyncWords.problem(days: []) != nil)
    }

    // MARK: Stamps

    @Test func `a stamp is local time to the microsecond, and the fraction may be missing`() throws
    {
        let whole = try #require(SyncStamp.time("2014-02-17 17:20:41\n"))
        let exact = try #require(SyncStamp.time("2014-02-17 17:20:41.123456\n"))
        #expect(LocalTime(whole).stamp == "2014-02-17 17:20:41,000")
        #expect(abs(exact - whole - 0.123456) < 0.00001)
    }

    @Test(arguments: [
        "", "2014", "2014-02-17", "2014-02-17 17:20", "2014-13-17 17:20:41", "2014-02-17T17:20:41",
        "2014-02-17 25:20:41", "2014-02-17 17:20:41.", "2014-02-17 17:20:41.x",
        "x014-02-17 17:20:41",
        "2014-02-17 17:20:41.1234567", "２014-02-17 17:20:41",
    ])
    func `what is no stamp is none`(text: String) {
        #expect(SyncStamp.time(text) == nil)
    }
}
