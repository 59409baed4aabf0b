/// Where osvc differs from the classic release on purpose, as far as users can notice it. `docs/classic.md` and
/// osvc-classic(7) are made from this list.
enum ClassicDeviations {
    struct Entry {
        /// The subject in a few words.
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

    static let all = services + programs
}
