import Foundation

extension RealServer {
  /// nginx over a folder of static files; `PUT /upload/…` stores what is sent under `www/upload`.
  ///
  /// - Parameter files: Served besides the usual few, by path.
  static func nginx(_ files: [String: Data] = [:]) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    try folder.folder("www/upload")
    try folder.folder("tmp")
    for (path, bytes) in usual.merging(files, uniquingKeysWith: { $1 }) { try folder.write("www/\(path)", bytes) }
    try folder.write("nginx.conf", configuration(port: port, folder: folder.path))
    return try await start(
      executable, ["-p", folder.path, "-e", "stderr", "-c", folder("nginx.conf")],
      install: "apt-get install nginx-light", port: port, in: folder, answers: "/hello.txt")
  }

  /// The same files over HTTP/2 in the clear, for clients that know of it before.
  ///
  /// - Parameter settings: Another of its server's own.
  static func nginxHTTP2(_ settings: String? = nil) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    try folder.folder("www/upload")
    try folder.folder("tmp")
    for (path, bytes) in usual { try folder.write("www/\(path)", bytes) }
    try folder.write(
      "nginx.conf", configuration(port: port, listen: "http2\(settings.map { "; \($0)" } ?? "")", folder: folder.path))
    var server = try await start(
      executable, ["-p", folder.path, "-e", "stderr", "-c", folder("nginx.conf")],
      install: "apt-get install nginx-light", listensOn: port, in: folder)
    server.scheme = "h2c"
    return server
  }

  /// The same files over TLS only, at `localhost`, with a certificate that nobody but `ca.pem` in its folder vouches for.
  ///
  /// - Parameters:
  ///   - verifiesClients: Whether it answers only who has the certificate `client/ca.pem`.
  ///   - http2: Whether it agrees to HTTP/2 in the handshake.
  static func nginxWithTLS(verifiesClients: Bool = false, http2: Bool = false) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    try folder.folder("tmp")
    for (path, bytes) in usual { try folder.write("www/\(path)", bytes) }
    let certificate = try await Certificate(in: folder.path)
    var tls = "ssl\(http2 ? " http2" : ""); ssl_certificate \(certificate.file); ssl_certificate_key \(certificate.key)"
    if verifiesClients {
      let client = try await Certificate(in: folder.folder("client"))
      tls += "; ssl_client_certificate \(client.file); ssl_verify_client on"
    }
    try folder.write("nginx.conf", configuration(port: port, listen: tls, folder: folder.path))
    // To plain HTTP on that port it says 400, and so that it is there.
    return try await start(
      executable, ["-p", folder.path, "-e", "stderr", "-c", folder("nginx.conf")],
      install: "apt-get install nginx-light", port: port, in: folder, answers: "/hello.txt", with: 400)
  }

  /// nginx with its own page of each status at `/own/STATUS`, as it has them without its version.
  static func nginxPages(_ statuses: [Int]) async throws -> RealServer {
    let folder = try TemporaryFolder()
    let port = try RawConnection.freePorts(1)[0]
    try folder.folder("tmp")
    try folder.write("www/hello.txt", usual["hello.txt"] ?? Data())
    let pages = statuses.map { "location = /own/\($0) { return \($0); }" }.joined(separator: " ")
    let text = configuration(port: port, folder: folder.path)
      .replacing("absolute_redirect off;", with: "server_tokens off;")
      .replacing("location /none", with: "\(pages) location /none")
    try folder.write("nginx.conf", text)
    return try await start(
      executable, ["-p", folder.path, "-e", "stderr", "-c", folder("nginx.conf")],
      install: "apt-get install nginx-light", port: port, in: folder, answers: "/hello.txt")
  }

  /// Where Debian puts it, which is not in everyone's `PATH`.
  private static let executable =
    FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx"

  private static let usual: [String: Data] = [
    "hello.txt": Data("hello, world\n".utf8),
    "empty.txt": Data(),
    "data.json": Data(#"{"id": 42, "name": "alice", "pi": 3.1400, "tags": ["a", "b"]}"#.utf8),
    "lines.txt": Data((1...400).map { "line \($0) of a text that compresses well\n" }.joined().utf8),
    "bytes.bin": Data((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }),
  ]

  private static func configuration(port: Int, listen: String = "", folder: String) -> String {
    """
    daemon off;
    master_process off;
    pid \(folder)/nginx.pid;
    error_log stderr warn;
    events { worker_connections 512; }
    http {
      access_log off;
      types {
        text/plain txt; text/html html; text/css css; text/javascript js;
        image/png png; application/json json; application/octet-stream bin;
      }
      client_max_body_size 0;
      client_body_temp_path \(folder)/tmp/body;
      proxy_temp_path \(folder)/tmp/proxy;
      fastcgi_temp_path \(folder)/tmp/fastcgi;
      uwsgi_temp_path \(folder)/tmp/uwsgi;
      scgi_temp_path \(folder)/tmp/scgi;
      absolute_redirect off;
      gzip on;
      gzip_types text/plain;
      gzip_min_length 1000;
      server {
        listen 127.0.0.1:\(port) \(listen);
        root \(folder)/www;
        location /posted { return 200 "posted\\n"; }
        location /moved { return 302 /hello.txt; }
        location /many { add_header X-Many one; add_header X-Many two; add_header x-MiXeD Case; return 200 "many\\n"; }
        location /none { return 204; }
        location /upload/ { dav_methods PUT; create_full_put_path on; }
      }
    }
    """
  }
}
