import Testing

@testable import osvc

/// `packaging/install` against the program that it installs.
struct InstallTests {
    @Test func `every classic name that the program answers to is installed, and no other`() throws
    {
        let text = Project.text("packaging/install")
        let match = try #require(text.firstMatch(of: #/\nNAMES="([^"]*)"/#))
        let names = match.1.split(whereSeparator: \.isWhitespace).map(String.init)
        #expect(names.sorted() == ClassicName.linkNames)
    }
}
