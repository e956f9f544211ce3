// swift-tools-version: 6.1
import PackageDescription

// Warnings are errors wherever the project itself is built and tested (scripts/test, scripts/demo, CI). They are not
// forced on a package that depends on MockrecTesting, which SwiftPM would refuse because of the unsafe flag.
let strict = Context.environment["MOCKREC_STRICT"] == "1"
let settings: [SwiftSetting] = strict ? [.unsafeFlags(["-warnings-as-errors"])] : []

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let jwt: Target.Dependency = .product(name: "JWTKit", package: "jwt-kit")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

// Built with the sanitizer's own flags, by scripts/fuzz only.
let fuzzers: [Target] =
  Context.environment["MOCKREC_FUZZ"] == "1"
  ? [.executableTarget(name: "mockrec-fuzz", dependencies: ["MockrecFuzzing"], path: "Fuzz/Driver")] : []

// What MockrecTesting takes to its first answer, for scripts/bench only.
let benchmarks: [Target] =
  Context.environment["MOCKREC_BENCH"] == "1"
  ? [.executableTarget(name: "first-answer", dependencies: ["MockrecTesting"], path: "Benchmarks/InProcess")] : []

let package = Package(
  name: "mockrec",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "mockrec", targets: ["MockrecCLI"]),
    .library(name: "MockrecKit", targets: ["MockrecKit"]),
    .library(name: "MockrecTesting", targets: ["MockrecTesting"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C: the few shims that Swift cannot do without.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CCurl", dependencies: ["CLibcurl"]),
    .systemLibrary(name: "CLibXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .target(name: "CText", dependencies: ["CLibXML"]),
    .target(name: "CProcess"),

    // Pure values.
    .target(name: "MockrecCore", swiftSettings: settings),
    .target(name: "MockrecTemplates", dependencies: ["MockrecCore", mustache], swiftSettings: settings),
    .target(name: "MockrecWire", dependencies: ["MockrecCore", nioCore], swiftSettings: settings),

    // Content codings, for the wires whose bodies may be compressed.
    .target(name: "MockrecCoding", dependencies: ["CZlib", nioCore], swiftSettings: settings),

    // What a mock needs to be somebody's identity provider.
    .target(
      name: "MockrecIdentity", dependencies: ["MockrecCore", crypto, cryptoExtras, jwt], swiftSettings: settings),

    // HTTP/2 for the wires that run over it.
    .target(
      name: "MockrecHTTP2", dependencies: ["MockrecCore", "MockrecWire", nioCore, nioHTTP2, nioHPACK],
      swiftSettings: settings),

    // One target a protocol.
    .target(
      name: "HTTPWire",
      dependencies: [
        "MockrecCore", "MockrecWire", "MockrecHTTP2", "MockrecTemplates", "MockrecCoding", "MockrecIdentity", "CZlib",
        nioCore, nioHTTP1,
        nioWebSocket,
      ],
      path: "Sources/Wires/HTTPWire", swiftSettings: settings),

    .target(
      name: "GRPCWire", dependencies: ["MockrecCore", "MockrecWire", "MockrecHTTP2", "MockrecCoding", nioCore],
      path: "Sources/Wires/GRPCWire", swiftSettings: settings),

    .target(
      name: "RedisWire", dependencies: ["MockrecCore", "MockrecWire", nioCore], path: "Sources/Wires/RedisWire",
      swiftSettings: settings),

    .target(
      name: "TCPWire", dependencies: ["MockrecCore", "MockrecWire", nioCore], path: "Sources/Wires/TCPWire",
      swiftSettings: settings),

    .target(
      name: "UDPWire", dependencies: ["MockrecCore", "MockrecWire", nioCore], path: "Sources/Wires/UDPWire",
      swiftSettings: settings),

    // Disk, engine, network.
    .target(name: "MockrecStore", dependencies: ["MockrecCore", crypto, grdb, sqlite], swiftSettings: settings),
    .target(
      name: "MockrecEngine", dependencies: ["MockrecCore", "MockrecWire", nioCore], swiftSettings: settings),
    .target(
      name: "MockrecTransport",
      dependencies: [
        "MockrecCore", "MockrecWire", "MockrecEngine", "CCurl", "CProcess", nioCore, nioPosix, nioSSL, nioTLS, x509,
        asn1,
        crypto,
      ],
      swiftSettings: settings),

    // What people hold.
    .target(
      name: "MockrecKit",
      dependencies: [
        "MockrecCore", "MockrecWire", "HTTPWire", "GRPCWire", "RedisWire", "TCPWire", "UDPWire", "MockrecStore",
        "MockrecEngine", "MockrecTransport", "MockrecIdentity",
        "CProcess", "CText",
        yams, nioCore,
      ], swiftSettings: settings),
    .executableTarget(
      name: "MockrecCLI", dependencies: ["MockrecCore", "MockrecKit", argumentParser], swiftSettings: settings),
    .target(
      name: "MockrecTesting", dependencies: ["MockrecCore", "MockrecWire", "MockrecKit", nioCore],
      swiftSettings: settings),

    // What the fuzzer feeds; tests feed it the inputs that once failed.
    .target(
      name: "MockrecFuzzing",
      dependencies: [
        "MockrecCore", "MockrecWire", "MockrecCoding", "GRPCWire", "HTTPWire", "RedisWire", "TCPWire", "UDPWire",
        nioCore, nioEmbedded,
      ], path: "Fuzz/Targets", swiftSettings: settings),

    .testTarget(name: "MockrecCoreTests", dependencies: ["MockrecCore"], swiftSettings: settings),
    .testTarget(
      name: "MockrecTemplatesTests", dependencies: ["MockrecTemplates", "MockrecCore"], swiftSettings: settings),
    .testTarget(
      name: "RedisWireTests",
      dependencies: ["RedisWire", "MockrecCore", "MockrecWire", "MockrecTesting", nioCore, nioEmbedded],
      exclude: ["Fake/Cases", "Fake/Random"], swiftSettings: settings),
    .testTarget(
      name: "MockrecIdentityTests", dependencies: ["MockrecIdentity", "MockrecCore", crypto, jwt],
      swiftSettings: settings),
    .testTarget(name: "MockrecCodingTests", dependencies: ["MockrecCoding", nioCore], swiftSettings: settings),
    .testTarget(
      name: "HTTPWireTests",
      dependencies: [
        "HTTPWire", "MockrecCoding", "MockrecCore", "MockrecIdentity", "MockrecWire", nioCore, nioEmbedded, nioHTTP1,
        nioWebSocket,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "GRPCWireTests", dependencies: ["GRPCWire", "MockrecCore", "MockrecWire", nioCore],
      exclude: ["Fixtures"], swiftSettings: settings),
    .testTarget(
      name: "MockrecWireTests", dependencies: ["MockrecWire", "MockrecCore", nioCore, nioEmbedded],
      swiftSettings: settings),
    .testTarget(
      name: "MockrecHTTP2Tests",
      dependencies: [
        "MockrecHTTP2", "MockrecCore", "MockrecWire", nioCore, nioEmbedded, nioHTTP2, nioHPACK,
      ], swiftSettings: settings),
    .testTarget(
      name: "TCPWireTests", dependencies: ["TCPWire", "MockrecCore", "MockrecWire", nioCore], swiftSettings: settings),
    .testTarget(
      name: "UDPWireTests", dependencies: ["UDPWire", "MockrecCore", "MockrecWire", nioCore], swiftSettings: settings),
    .testTarget(
      name: "MockrecStoreTests", dependencies: ["MockrecStore", "MockrecCore", grdb], swiftSettings: settings),
    .testTarget(
      name: "MockrecEngineTests",
      dependencies: [
        "MockrecEngine", "MockrecCore", "MockrecWire", "HTTPWire", "GRPCWire", nioCore, nioEmbedded,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "MockrecTransportTests", dependencies: ["MockrecTransport", "MockrecCore", "MockrecWire", nioEmbedded],
      swiftSettings: settings),
    .testTarget(
      name: "MockrecKitTests",
      dependencies: ["MockrecKit", "MockrecCore", "MockrecEngine", "MockrecIdentity", nioCore],
      swiftSettings: settings),
    .testTarget(name: "MockrecFuzzingTests", dependencies: ["MockrecFuzzing"], swiftSettings: settings),
    .testTarget(
      name: "MockrecTestingTests", dependencies: ["MockrecTesting", "MockrecKit", "MockrecCore"],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests", exclude: ["Clients", "Servers"], swiftSettings: settings),
  ] + fuzzers + benchmarks
)
