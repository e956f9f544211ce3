import Foundation

/// A real service behind a proxy that changes its answers, and a cassette recorded through that proxy while it
/// changed nothing.
struct EditedService: Sendable {
  let name: String
  let real: RealServer
  let editor: RealServer
  /// Holds mockrec.yaml, the cassette and what the proxy reads.
  let folder: TemporaryFolder

  /// Starts the proxy and records the session.
  ///
  /// - Parameter session: Requests, each a request line, header lines and, behind an empty line, a body.
  init(
    _ name: String, _ real: RealServer, session: [String], record: [String] = []
  ) async throws {
    self.name = name
    self.real = real
    folder = try TemporaryFolder()
    try folder.write("edits.json", "")
    let port = try RawConnection.freePorts(1)[0]
    editor = try await RealServer.start(
      try Python.interpreter,
      ["-B", Python.script("Servers/editor.py"), "\(port)", "\(real.port)", folder("edits.json")],
      install: "scripts/test", listensOn: port, in: folder)
    try configure()
    let recorder = try Mockrec.start(["record"] + record, in: folder.path)
    try await recorder.ready()
    for request in session { try await Self.send(request, to: try recorder.port) }
    let finished = try await recorder.stop()
    guard finished.status == 0 else { throw Failed(what: "\(finished)") }
  }

  func stop() async throws {
    try await editor.stop()
    try await real.stop()
  }

  /// Sends one request and waits for its answer.
  @discardableResult
  static func send(_ request: String, to port: Int) async throws -> String {
    let parts = request.components(separatedBy: "\n\n")
    let body = parts.dropFirst().joined(separator: "\n\n")
    var lines = parts[0].components(separatedBy: "\n")
    lines[0] += " HTTP/1.1"
    lines += ["Host: 127.0.0.1", "Connection: close"]
    if parts.count > 1 { lines.append("Content-Length: \(body.utf8.count)") }
    let connection = try RawConnection(port: port)
    try await connection.send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try await connection.readToEnd()
  }

  /// Writes mockrec.yaml, with rules of `drift`.
  func configure(rules: String = "") throws {
    try folder.write(
      "mockrec.yaml",
      """
      services:
        \(name):
          real: \(editor.url)
          cassette: cassette
          drift: [\(rules)]

      """)
  }

  /// What a verification finds while the proxy makes this change, as `path: kind, severity`.
  func findings(
    of change: DriftCase?, _ more: [String] = []
  ) async throws -> (lines: [String], finished: Mockrec.Finished) {
    var edit: [String: String] = [:]
    if let change { edit = ["path": change.target, "code": change.code] }
    try folder.write("edits.json", edit.isEmpty ? Data() : try JSONSerialization.data(withJSONObject: edit))
    try configure(rules: change?.rules ?? "")
    let finished = try await Mockrec.run(
      ["verify", "cassette", "--include-unsafe", "--report", "json=report.json"] + more, in: folder.path)
    return (try lines(), finished)
  }

  private func lines() throws -> [String] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder("report.json")))
    guard let report = try JSONSerialization.jsonObject(with: data) as? [String: Any],
      let contracts = report["contracts"] as? [[String: Any]]
    else { throw Failed(what: "report.json is no report") }
    let steps = contracts.flatMap { $0["steps"] as? [[String: Any]] ?? [] }
    return steps.flatMap { step -> [String] in
      let differences = step["differences"] as? [[String: Any]] ?? []
      let verdict = step["verdict"] as? String ?? ""
      let lines = differences.map { "\($0["path"] ?? ""): \($0["kind"] ?? ""), \($0["severity"] ?? "")" }
      return lines.isEmpty && verdict != "agree" ? [verdict] : lines
    }
  }
}

/// A change of a real service, and how it is to be found.
struct DriftCase: Sendable {
  /// What a request's target begins with.
  var target: String
  /// For `Servers/editor.py`.
  var code: String
  /// `path: kind, severity`, one a difference.
  var found: [String]
  /// Rules of `drift` in mockrec.yaml.
  var rules = ""

  init(_ target: String, _ code: String, _ found: String..., rules: String = "") {
    (self.target, self.code, self.found, self.rules) = (target, code, found, rules)
  }

  var isBreaking: Bool { found.contains { $0.hasSuffix(", breaking") } }
}
