import Foundation

/// The program under test, run as its users run it.
struct Mockrec: Sendable {
  let child: Child

  /// The package, and the binary that the same build made.
  static let package = #filePath.components(separatedBy: "/Tests/EndToEndTests/")[0]

  static var binary: String {
    get throws {
      #if DEBUG
        let configuration = "debug"
      #else
        let configuration = "release"
      #endif
      let path =
        ProcessInfo.processInfo.environment["MOCKREC_BINARY"] ?? "\(package)/.build/\(configuration)/mockrec"
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw Failed(what: "no \(path): build it with `swift build --product mockrec`, or set MOCKREC_BINARY")
      }
      return path
    }
  }

  /// Starts it and returns at once.
  static func start(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws -> Mockrec {
    try Mockrec(child: Child(binary, arguments, environment: environment, in: folder))
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], within bound: Duration = .seconds(30)
  ) async throws -> Finished {
    let mockrec = try Mockrec(child: Child(binary, arguments, environment: environment, in: folder))
    return try await mockrec.finish(within: bound)
  }

  /// Records `real` into the cassette `cassette` of the folder, and is ready for clients.
  static func record(
    _ real: String, in folder: String, _ more: [String] = [], environment: [String: String] = [:]
  ) async throws -> Mockrec {
    try await serving(
      ["record", "--wire", wire(of: real), "--real", real, "--listen", "127.0.0.1:0", "--cassette", "cassette"] + more,
      in: folder, environment: environment)
  }

  /// The wire that a real service's address stands for.
  static func wire(of real: String) -> String {
    let scheme = real.prefix { $0 != ":" }
    return scheme == "h2c" ? "http" : ["http", "redis", "grpc"].first { scheme.hasPrefix($0) } ?? String(scheme)
  }

  /// Replays the cassette `cassette` of the folder, and is ready for clients.
  static func replay(in folder: String, wire: String = "http", _ more: [String] = []) async throws -> Mockrec {
    try await serving(
      ["replay", "--wire", wire, "--listen", "127.0.0.1:0", "--cassette", "cassette"] + more, in: folder)
  }

  /// Records `real` into the same cassette as a mockrec.yaml says that it writes, with more settings of the service.
  static func record(_ real: String, settings: String, in folder: TemporaryFolder) async throws -> Mockrec {
    try folder.write(
      "mockrec.yaml",
      """
      services:
        cassette:
          real: \(real)
          listen: 127.0.0.1:0
          cassette: cassette
          \(settings)

      """)
    return try await serving(["record"], in: folder.path)
  }

  private static func serving(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) async throws -> Mockrec {
    let mockrec = try Mockrec(child: Child(binary, arguments, environment: environment, in: folder))
    try await mockrec.ready()
    return mockrec
  }

  /// Waits until every listener is up.
  func ready() async throws {
    try await wait(for: "mockrec to be ready") {
      if let ending = child.poll() {
        throw Failed(what: "mockrec ended (\(ending)) before it was ready\n\(child.transcript)")
      }
      return child.stdout.split(separator: "\n").contains("ready")
    }
  }

  /// The lines `listening NAME WIRE HOST:PORT`, in order.
  var listeners: [Listener] { child.stdout.split(separator: "\n").compactMap { Listener(String($0)) } }

  /// The address of the only, or first, service.
  var port: Int {
    get throws {
      guard let port = listeners.first?.port else { throw Failed(what: "no listener\n\(child.transcript)") }
      return port
    }
  }

  var url: String { get throws { "\(listeners.first?.wire ?? "http")://127.0.0.1:\(try port)" } }

  /// The same over TLS.
  var secureURL: String { get throws { "https://127.0.0.1:\(try port)" } }

  /// Stops it as a person would, and gives what it said.
  func stop(_ signal: Int32 = SIGTERM) async throws -> Finished {
    Finished(ending: try await child.stop(signal), stdout: child.stdout, stderr: child.stderr)
  }

  func finish(within bound: Duration = .seconds(30)) async throws -> Finished {
    Finished(ending: try await child.end(within: bound), stdout: child.stdout, stderr: child.stderr)
  }

  /// A run that is over.
  struct Finished: CustomStringConvertible {
    let ending: Child.Ending
    let stdout: String
    let stderr: String

    var status: Int32? { if case .exit(let status) = ending { status } else { nil } }
    var description: String { "\(ending)\nstdout:\n\(stdout)\nstderr:\n\(stderr)" }
  }

  struct Listener: Equatable {
    let name: String
    let wire: String
    let port: Int

    init?(_ line: String) {
      let words = line.split(separator: " ")
      guard words.count == 4, words[0] == "listening", let colon = words[3].lastIndex(of: ":"),
        let port = Int(words[3][words[3].index(after: colon)...])
      else { return nil }
      (name, wire) = (String(words[1]), String(words[2]))
      self.port = port
    }
  }
}
