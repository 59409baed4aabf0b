// swift-tools-version: 6.2
import PackageDescription

let language: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    // Types such as `[ResourceID: Status]` are made from the tables they are written with, and not by a search
    // of the whole program for what conforms to what: a quarter of the time of a status.
    .unsafeFlags(
        ["-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors"],
        .when(configuration: .release)
    ),
]

/// The release is one static file. lld, because archives of Swift's own libraries refer to each
/// other in a circle; stripped, and what runs at every start laid together in the file, because
/// the pages a static program touches are most of its start-up time (`make startup-order`).
let symbols: [String] = Context.environment["OSVC_SYMBOLS"] == nil ? ["-Xlinker", "-s"] : []
let order = "--symbol-ordering-file=\(Context.packageDirectory)/packaging/startup.order"
let release: [LinkerSetting] = [
    .unsafeFlags(
        ["-static-executable", "-use-ld=lld"] + symbols
            + ["-Xlinker", order, "-Xlinker", "--no-warn-symbol-ordering"],
        .when(configuration: .release)
    ),
    .linkedLibrary("swiftSynchronization", .when(configuration: .release)),
    .linkedLibrary("_FoundationCShims", .when(configuration: .release)),
    .linkedLibrary("_FoundationCollections", .when(configuration: .release)),
]

let package = Package(
    name: "osvc",
    products: [
        .executable(name: "osvc", targets: ["osvc"]),
        .library(name: "OSVCEngine", targets: ["OSVCEngine"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLua",
            pkgConfig: "lua5.4",
            providers: [.apt(["liblua5.4-dev"])]
        ),
        // The calls of the kernel that Swift's own module of the C library lacks: headers, no code.
        .systemLibrary(name: "CLinux", path: "Sources/OSVCEngine/Machine/Linux/CLinux"),
        .target(
            name: "OSVCEngine",
            dependencies: [
                "CLinux", "CPattern", "CSpawn",
                .product(name: "OrderedCollections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            exclude: ["Machine/Linux/CLinux"],
            swiftSettings: language
        ),
        .target(
            name: "OSVCLuaBridge",
            dependencies: [
                "CLua",
                "CPattern",
                "OSVCEngine",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: language + [.strictMemorySafety()]
        ),
        // Lua's patterns, for scripts and for checks: the engine knows no Lua.
        .target(name: "CPattern"),
        // What happens between fork and exec, where Swift must not run.
        .target(name: "CSpawn"),
        // Runs before the runtime is initialised: clears variables that it would obey.
        .target(name: "CStart"),
        .executableTarget(
            name: "osvc",
            dependencies: [
                "CStart",
                "OSVCEngine",
                "OSVCLuaBridge",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: language,
            linkerSettings: release
        ),
        .target(name: "CSanitizer", path: "Tests/CSanitizer"),
        .target(
            name: "OSVCTestSupport",
            dependencies: [
                "OSVCEngine", .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            path: "Tests/OSVCTestSupport",
            swiftSettings: language
        ),
        .testTarget(
            name: "OSVCEngineTests",
            dependencies: [
                "OSVCEngine",
                "OSVCTestSupport",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            swiftSettings: language
        ),
        .testTarget(
            name: "OSVCLuaBridgeTests",
            dependencies: ["OSVCLuaBridge", "OSVCEngine", "OSVCTestSupport", "CLua", "CSanitizer"],
            swiftSettings: language
        ),
        .target(
            name: "CHost",
            dependencies: ["CLua"],
            path: "Tests/Bench/CHost",
            cSettings: [.unsafeFlags(["-O2"])]
        ),
        .executableTarget(
            name: "osvc-luabench",
            dependencies: ["CHost", "OSVCLuaBridge"],
            path: "Tests/Bench/LuaBench",
            swiftSettings: language
        ),
        .testTarget(
            name: "osvcTests",
            dependencies: [
                "osvc", "OSVCEngine", "OSVCLuaBridge", "OSVCTestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: language
        ),
    ]
)

// Linked with libFuzzer, which only `make fuzz` asks for.
if Context.environment["OSVC_FUZZ"] != nil {
    package.targets += [
        .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/Reader/CFuzzer"),
        .executableTarget(
            name: "osvc-fuzz",
            dependencies: [
                "CFuzzer", "OSVCEngine",
                .product(name: "OrderedCollections", package: "swift-collections"),
            ],
            path: "Tests/Fuzz/Reader",
            exclude: ["CFuzzer", "reader", "env.dict"],
            swiftSettings: language + [.unsafeFlags(["-parse-as-library"])]
        ),
    ]
}
