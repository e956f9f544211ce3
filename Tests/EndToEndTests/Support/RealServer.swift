import Foundation

/// A real service on a free port of this machine, there for one test.
struct RealServer: Sendable {
  let child: Child
  let port: Int
  let folder: TemporaryFolder
  var scheme = "http"

  var url: String { "\(scheme)://127.0.0.1:\(port)" }

  /// Stops it; what it served is gone, and its port refuses.
  func stop() async throws {
    child.send(SIGTERM)
    if (try? await wait(for: "the server to stop", within: .seconds(5), until: { child.poll() })) == nil {
      kill(-child.pid, SIGKILL)
      _ = try await child.end()
    }
    kill(-child.pid, SIGKILL)
    let port = port
    try await wait(for: "port \(port) to be closed") { (try? RawConnection(port: port)) == nil }
  }

  /// Starts a server and waits until it takes connections.
  static func start(
    _ executable: String, _ arguments: [String], install: String, listensOn port: Int, in folder: TemporaryFolder
  ) async throws -> RealServer {
    let child: Child
    do {
      // Debian keeps some servers where only root looks for programs.
      let path = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin") + ":/usr/sbin:/sbin"
      child = try Child(executable, arguments, environment: ["PATH": path], in: folder.path)
    } catch let error as SystemFailure {
      throw Failed(what: "\(error): install it with `\(install)`")
    }
    try await wait(for: "\(child.name) to listen", within: .seconds(60)) {
      if let ending = child.poll() {
        throw Failed(what: "\(child.name) ended (\(ending)); install it with `\(install)`\n\(child.transcript)")
      }
      return (try? RawConnection(port: port)) != nil
    }
    return RealServer(child: child, port: port, folder: folder)
  }

  /// Starts a server and waits for its answer to `GET path`.
  ///
  /// - Throws: ``Failed`` with the command that installs it, when it is missing.
  static func start(
    _ executable: String, _ arguments: [String], install: String, port: Int, in folder: TemporaryFolder,
    environment: [String: String] = [:], answers path: String, with status: Int = 200
  ) async throws -> RealServer {
    let child: Child
    do {
      child = try Child(executable, arguments, environment: environment, in: folder.path)
    } catch let error as SystemFailure {
      throw Failed(what: "\(error): install it with `\(install)`")
    }
    try await wait(for: "\(child.name) to answer", within: .seconds(60)) {
      if let ending = child.poll() {
        throw Failed(what: "\(child.name) ended (\(ending)); install it with `\(install)`\n\(child.transcript)")
      }
      guard let connection = try? RawConnection(port: port) else { return false }
      try await connection.send("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
      let reply = try? await connection.readToEnd()
      return reply?.hasPrefix("HTTP/1.1 \(status)") == true
    }
    return RealServer(child: child, port: port, folder: folder)
  }
}

extension RealServer {
  /// redis-server with an empty store.
  static func redis(_ more: String...) async throws -> RealServer { try await redis(more) }

  static func redis(_ more: [String]) async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    return try await redis(["--port", "\(port)"] + more, listensOn: port, in: TemporaryFolder())
  }

  /// The same over TLS only, at `localhost`, with a certificate that nobody but `ca.pem` in its folder vouches for.
  static func redisWithTLS(_ more: String...) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    let certificate = try await Certificate(in: folder.path)
    return try await redis(
      [
        "--port", "0", "--tls-port", "\(port)", "--tls-cert-file", certificate.file, "--tls-key-file", certificate.key,
        "--tls-ca-cert-file", certificate.file, "--tls-auth-clients", "no",
      ] + more, listensOn: port, in: folder)
  }

  private static func redis(
    _ more: [String], listensOn port: Int, in folder: TemporaryFolder
  ) async throws -> RealServer {
    var server = try await start(
      "redis-server",
      ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder.path, "--loglevel", "warning"] + more,
      install: "apt-get install redis-server", listensOn: port, in: folder)
    server.scheme = "redis"
    return server
  }

  /// etcd with an empty store.
  ///
  /// - Parameter options: More of its own.
  static func etcd(_ options: [String] = []) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let ports = try RawConnection.freePorts(2)
    let (client, peer) = ("http://127.0.0.1:\(ports[0])", "http://127.0.0.1:\(ports[1])")
    return try await start(
      "etcd",
      [
        "--data-dir", folder("data"), "--log-level", "error", "--logger", "zap", "--log-outputs", "stderr",
        "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer,
        "--initial-advertise-peer-urls", peer, "--initial-cluster", "default=\(peer)",
      ] + options, install: "apt-get install etcd-server", port: ports[0], in: folder,
      environment: ["ETCD_UNSUPPORTED_ARCH": "arm64"], answers: "/health")
  }

  /// httpbin under gunicorn.
  static func httpbin() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter,
      [
        "-m", "gunicorn", "--bind", "127.0.0.1:\(port)", "--workers", "1", "--threads", "8", "--log-level", "warning",
        "--keep-alive", "5", "httpbin:app",
      ], install: "scripts/test", port: port, in: folder, answers: "/status/200")
  }

  /// The S3 of moto.
  static func s3() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-m", "moto.server", "--host", "127.0.0.1", "--port", "\(port)"],
      install: "scripts/test", port: port, in: folder, answers: "/moto-api/")
  }

  /// A server that thinks for 150 ms before each answer.
  static func slow() async throws -> RealServer {
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/slow.py"), "\(port)"], install: "scripts/test",
      listensOn: port, in: TemporaryFolder())
  }

  /// A server of server-sent events: see `Servers/events.py`.
  static func events() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/events.py"), "\(port)"], install: "scripts/test",
      port: port, in: folder, answers: "/")
  }

  /// A server that keeps to no rule: see `Servers/origin.py` for its paths.
  static func origin() async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    return try await start(
      try Python.interpreter, ["-B", Python.script("Servers/origin.py"), "\(port)"], install: "scripts/test",
      port: port, in: folder, answers: "/fixed")
  }
}
