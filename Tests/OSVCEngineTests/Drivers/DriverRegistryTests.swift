import OSVCEngine
import OSVCTestSupport
import Testing

struct DriverRegistryTests {
    static let drivers = DriverRegistry.builtIn.drivers.map { $0.id.text }

    @Test func `drivers start in the classic order`() {
        let classic = ["ip", "loop", "vg", "fs", "flag", "app", "hb", "stonith", "sync"]
        let registry = DriverRegistry.builtIn
        #expect(registry.sections.filter(classic.contains) == classic)
        #expect(registry.drivers.map { $0.startOrder }.isAscending)
    }

    @Test(arguments: drivers)
    func `every driver is found by its id and its word`(id: String) throws {
        let driver = try #require(DriverRegistry.builtIn.driver(DriverID(id)))
        #expect(DriverRegistry.builtIn.driver(section: driver.section)?.id == driver.id)
        #expect(driver.summary.hasSuffix("."))
    }

    /// A stonith is not shown.
    @Test(arguments: drivers)
    func `every driver counts in a group that status shows`(id: String) {
        #expect(DriverID(id).group != nil)
    }

    @Test(arguments: drivers)
    func `every keyword can be looked up and copied`(id: String) throws {
        let driver = try #require(DriverRegistry.builtIn.driver(DriverID(id)))
        let common = CommonKeywords.resource.map(\.name)
        let names = driver.keywords.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(names).isDisjoint(with: common))
        for keyword in driver.keywords {
            #expect(keyword.summary.hasSuffix("."), "\(keyword.name)")
            #expect(!keyword.example.isEmpty, "\(keyword.name)")
            #expect(!keyword.isRequired || keyword.defaultValue == nil, "\(keyword.name)")
        }
    }

    @Test(arguments: drivers)
    func `a required keyword that is missing is named`(id: String) throws {
        let driver = try #require(DriverRegistry.builtIn.driver(DriverID(id)))
        guard let first = driver.keywords.first(where: \.isRequired) else { return }
        let error = #expect(throws: ConfigurationError.self) {
            try driver.init(Fixture.settings("x#0"))
        }
        let wanted = ConfigurationError.missingKeyword(
            owner: "x#0",
            keyword: first.name,
            at: Fixture.position
        )
        #expect(error == wanted)
    }
}

extension [Int] {
    fileprivate var isAscending: Bool { self == sorted() }
}
