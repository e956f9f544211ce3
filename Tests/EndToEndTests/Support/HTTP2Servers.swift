import Foundation

extension RealServer {
  /// Hypercorn with the application of `Servers/hypercorn_asgi.py`: HTTP/1.1 and HTTP/2, which its clients may begin, ask for, or
  /// agree on over TLS.
  static func hypercorn(tls: Bool = false) async throws -> RealServer {
    let folder = try TemporaryFolder()
    try folder.write("greeting", "hello")
    var options: [String] = []
    if tls {
      let certificate = try await Certificate(in: folder.path)
      options = ["--certfile", certificate.file, "--keyfile", certificate.key]
    }
    let port = try RawConnection.freePorts(1)[0]
    var server = try await start(
      try Python.interpreter,
      ["-B", "-m", "hypercorn", "--bind", "127.0.0.1:\(port)"] + options + [
        "\(Python.script("Servers/hypercorn_asgi.py")):app"
      ],
      install: "scripts/test", listensOn: port, in: folder)
    server.scheme = tls ? "https" : "h2c"
    return server
  }

  /// A server that answers the preface of HTTP/2 as one of HTTP/1.1 does, and gives everything else to another.
  static func withoutPreface(before server: RealServer) async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    var shim = try await start(
      try Python.interpreter, ["-B", Python.script("Servers/no_preface.py"), "\(port)", "\(server.port)"],
      install: "scripts/test", listensOn: port, in: TemporaryFolder())
    shim.scheme = "h2c"
    return shim
  }

  /// A server that speaks HTTP/2 only to who asks for it: see `Servers/upgrade.py`.
  static func upgrading() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    var server = try await start(
      try Python.interpreter, ["-B", Python.script("Servers/upgrade.py"), "\(port)", "h2c"], install: "scripts/test",
      listensOn: port, in: TemporaryFolder())
    server.scheme = "h2c"
    return server
  }

  /// A service of HTTP/2 that refuses requests, and has long heads: see `Servers/http2_odd.py`.
  static func oddHTTP2() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    var server = try await start(
      try Python.interpreter, ["-B", Python.script("Servers/http2_odd.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: TemporaryFolder())
    server.scheme = "h2c"
    return server
  }
}
