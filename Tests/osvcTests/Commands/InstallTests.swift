import Glibc
import OSVCTestSupport
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

    @Test
    func `an installed program has its files beside its bin, one that only lies there has not`() {
        let directory = TemporaryDirectory()
        let root = directory.path
        mkdir("\(root)/bin", 0o755)
        directory.write("", to: "bin/osvc")
        directory.write("", to: "osvc")
        symlink("osvc", "\(root)/bin/svcmgr")
        for name in ["etc", "log", "tmp", "var"] {
            #expect(Environment.installation(of: "\(root)/bin/osvc") == nil)
            mkdir("\(root)/\(name)", 0o755)
        }
        #expect(Environment.installation(of: "\(root)/bin/osvc") == root)
        #expect(Environment.installation(of: "\(root)/bin/svcmgr") == root)
        #expect(Environment.installation(of: "\(root)/osvc") == nil)
        unlink("\(root)/bin/svcmgr")
        #expect(Environment.installation(of: "\(root)/bin/osvc") == nil)
        symlink("/bin/true", "\(root)/bin/svcmgr")
        #expect(Environment.installation(of: "\(root)/bin/osvc") == nil)
    }
}
