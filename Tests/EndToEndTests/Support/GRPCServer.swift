import Foundation

extension RealServer {
  /// A server of all kinds of gRPC calls, with reflection and health: see `Servers/grpc_server.py`.
  ///
  /// - Parameters:
  ///   - options: Of the script.
  ///   - isSecure: Over TLS, at `localhost`, with a certificate that nobody but `ca.pem` in its folder vouches for.
  ///   - port: Where it listens, if it is to be where another one was.
  static func grpc(
    _ options: [String] = [], isSecure: Bool = false, port: Int? = nil
  ) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try port ?? RawConnection.freePorts(1)[0]
    var arguments = ["-B", Python.script("Servers/grpc_server.py"), "--port", "\(port)"] + options
    if isSecure {
      let certificate = try await Certificate(in: folder.path)
      arguments += ["--tls", certificate.file, certificate.key]
    }
    var server = try await start(
      try Python.interpreter, arguments, install: "scripts/test", listensOn: port, in: folder)
    server.scheme = isSecure ? "grpcs" : "grpc"
    return server
  }
}

/// The client `Clients/grpc_client.py`, against the real server or behind mockrec.
enum GRPCClient {
  /// What it says of a server, line by line.
  static func lines(_ server: RealServer, _ more: [String] = []) async throws -> [String] {
    // Its certificate is for this name.
    try await lines(at: server.port, host: server.scheme == "grpcs" ? "localhost" : "127.0.0.1", more)
  }

  static func lines(at port: Int, host: String = "127.0.0.1", _ more: [String] = []) async throws -> [String] {
    let child = try Child(
      Python.interpreter, ["-B", Python.script("Clients/grpc_client.py"), "--target", "\(host):\(port)"] + more)
    guard try await child.end(within: .seconds(120)) == .exit(0) else { throw Failed(what: child.transcript) }
    return child.stdout.split(separator: "\n").map(String.init)
  }

  /// Runs it as the command of `mockrec record` or `replay`, and gives what it said and how that ended.
  ///
  /// - Parameters:
  ///   - arguments: Of mockrec, up to its command; the service is called `cassette`.
  ///   - more: Arguments of the client.
  static func run(
    under arguments: [String], _ more: [String] = [], script: String = "grpc_client.py --target",
    in folder: TemporaryFolder, environment: [String: String] = [:]
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/\(script)")) $CASSETTE_URL"
    let command = "\(client) \(more.joined(separator: " ")) > said.txt"
    let finished = try await Mockrec.run(
      arguments + ["--listen", "127.0.0.1:0", "--cassette", "cassette", "--", "sh", "-c", command],
      in: folder.path, environment: environment, within: .seconds(120))
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    return (said.split(separator: "\n").map(String.init), finished)
  }

  static func record(
    _ server: RealServer, _ more: [String] = [], mode: [String] = [], in folder: TemporaryFolder
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    try await run(under: ["record", "--wire", "grpc", "--real", server.url] + mode, more, in: folder)
  }

  static func replay(
    _ more: [String] = [], mode: [String] = [], in folder: TemporaryFolder
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    try await run(under: ["replay", "--wire", "grpc"] + mode, more, in: folder)
  }
}
