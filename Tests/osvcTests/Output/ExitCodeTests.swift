import Testing

@testable import osvc

struct ExitCodeTests {
    @Test(
        arguments: [
            ([], 0), ([0, 1, 1], 2), ([130, 130], 255), (Array(repeating: 1, count: 256), 255),
        ]
            as [([Int32], Int32)]
    )
    func `many failures do not add up to a success`(codes: [Int32], sum: Int32) {
        #expect(Exit.sum(codes) == sum)
    }
}
