import OSVCEngine
import Testing

struct PathTextTests {
    private let accent = "\u{301}"

    @Test func `a slash is one, whatever accent follows it`() {
        let path = "/srv/\(accent)x/\(accent)"
        #expect(path.pathParts == ["srv", "\(accent)x", "\(accent)"])
        #expect(path.folderAndName?.folder.isSame("/srv/\(accent)x") == true)
        #expect(path.fileName.isSame(accent))
        #expect("/\(accent)x".isAbsolutePath)
        #expect("/\(accent)x".hasSlash)
        #expect("/srv/\(accent)x".begins("/srv/"))
        #expect("\(accent)x.env".ends(".env"))
    }

    @Test func `two spellings of a letter are two names`() {
        let (one, other) = ("caf\u{e9}", "cafe\(accent)")
        #expect(one == other)
        #expect(!one.isSame(other))
        #expect(Set([PathKey(one), PathKey(other)]).count == 2)
        #expect([one, other, one].distinctByBytes().count == 2)
        #expect(ResourceID("fs#\(one)") != ResourceID("fs#\(other)"))
        #expect(Set([ResourceID("fs#\(one)"), ResourceID("fs#\(other)")]).count == 2)
    }

    @Test(arguments: [
        ("/srv/web", "/srv", "web"), ("/web", "/", "web"), ("/", "/", ""), ("a/b/", "a/b", ""),
    ])
    func `the last slash parts folder and name`(_ path: String, _ folder: String, _ name: String) {
        #expect(path.folderAndName?.folder == folder)
        #expect(path.folderAndName?.name == name)
    }

    @Test(arguments: [
        ("/srv/web-1.0_x", "/srv/web-1.0_x"),
        ("/srv/a b", "'/srv/a b'"),
        ("/srv/$(id)", "'/srv/$(id)'"),
        ("/srv/it's", #"'/srv/it'\''s'"#),
        ("/srv/a\nb", #"$'/srv/a\x0ab'"#),
        ("/srv/`x`;y", "'/srv/`x`;y'"),
        ("~root", "'~root'"),
        ("", "''"),
    ])
    func `a word of a command is quoted where a shell would read more into it`(
        _ text: String,
        _ quoted: String
    ) {
        #expect(ShellWord.quoted(text) == quoted)
    }
}
