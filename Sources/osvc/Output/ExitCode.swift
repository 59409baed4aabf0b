import OSVCEngine

/// The meaning of osvc's exit codes (decisions.md 15 and 16).
enum Exit {
    static let success: Int32 = 0
    /// The action failed, the file has an error, or the service is locked or unknown.
    static let failure: Int32 = 1
    /// The command line was not understood.
    static let usage: Int32 = 2
    /// A second signal ended osvc at once.
    static let killed: Int32 = 130

    /// The code for several services: the sum of their codes, at most 255, because the kernel keeps only the
    /// last eight bits: 256 failures would be 0.
    static func sum(_ codes: [Int32]) -> Int32 { min(codes.reduce(0, +), 255) }
}
