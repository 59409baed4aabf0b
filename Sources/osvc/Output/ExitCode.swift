import OSVCEngine

/// The one place that says what osvc's exit codes mean (decisions.md 15 and 16).
enum Exit {
    static let success: Int32 = 0
    /// The action failed, the file is wrong, the service is locked or unknown.
    static let failure: Int32 = 1
    /// The command line was not understood.
    static let usage: Int32 = 2
    /// A second signal ended osvc at once.
    static let killed: Int32 = 130

    /// The code for several services: the sum of their codes, at most 255, for the kernel keeps the last
    /// eight bits: 256 failures would be 0.
    static func sum(_ codes: [Int32]) -> Int32 { min(codes.reduce(0, +), 255) }
}
