import Foundation
import Testing

@Suite("Overlays over the control API", .wholePrograms)
struct ControlOverlayTests {
  private static let wanted = """
    added: 201 broken True status 503
    broken: 200 503
    off: False 200
    on: 200 503 [(2, 2, 0)]
    again: 409
    gone: 204 200 None
    no such: 404
    named: mine the overlay's text calls it 'broken', and `name` 'mine'
    put: 200 400
    kept: True
    as json: 201 [429, 200]
    other: overlay-1
    recipe: 503 200 200
    changed: 200 [429, 429, 200]
    counted: [(3, 2, 0)] [(1, 1, 0)]
    reset: 204 [(0, 0, 0)] [429, 429, 200]
    stays: ['of a file', 'limít', 'overlay-1']
    file: of a file overlays/file.yaml True 200 200
    refused: 409 409
    off: 200
    in one: 200 502
    slow: 200 True
    torn: reset
    neither: 200
    in turn: [200, 200, 200, 200, 200] True
    another connection: False
    another connection: False
    equal: True True
    many: []
    bad: 400 /overlay overlay:2:14 ^ error: `match` of the wire http has no `pth`
    bad: 400 /overlay overlay:2:15 ^ error: there is no service `shp`
    bad: 400 /overlay overlay:3:5 ^ error: this rule never fires: the one at overlay:2 takes all its requests
    bad: 400 /overlay overlay:2:13 ^ error: shop has no time that could be turned: it is no model
    bad: 400 /overlay overlay:2:5 ^ error: the cassette of shop does not tell how long its service took
    bad: 400 /overlay overlay:2:14 ^ error: the recipe `redis/oom` is for the wire redis, and this one is http
    bad: 400 /overlay overlay:2:14 ^ error: there is no recipe `http/maintenanse`
    bad: 400 /overlay overlay:2:33 ^ error: an overlay that is added has its bodies in its text
    bad: 400 /overlay overlay:2:14 ^ error: a TLS handshake comes before any request, and nobody knows of which session it is
    bad: 400 /overlay overlay:1:9 ^ error: not YAML: did not find expected node content
    bad: 400 /overlay overlay:1:1 ^ error: an overlay has `rules`
    bad: 400 /overlay overlay:1:37 ^ error: the cassette of shop has no answer with 418
    bad: 400 /overlay overlay:1:24 ^ error: there are no rules
    bad: 400 /overlay overlay:1:36 ^ error: `fault` of the wire http has no `statsu`
    bad: 400 /overlay overlay:1:54 ^ error: an overlay has no `more`
    bad: 400 /name  - an overlay's name has 1 to 200 characters
    bad: 400 /overlay  - `overlay` is a text
    bad: 400 /overly  - there is no field `overly`; nearest: `overlay`; there are overlay, name, rules
    bad: 400 /overlay  - `overlay` or `rules` has to be given
    bad: 400   - the body has to be a JSON object
    shadowed: 400
    renamed: 400
    switch: 400 /active
    switch: 400 /active
    switch: 400 /on
    as it was: True 503
    nobody's: 404
    """

  private func folder(_ more: String = "") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (path, body) in [("known", "recorded"), ("filed", "from a file"), ("a", "another")] {
      try folder.write("cassettes/shop/\(path).hurl", "# mockrec 1\nGET {{shop}}/\(path)\n\nHTTP 200\n`\(body)`\n")
    }
    try folder.write("mockrec.yaml", "services:\n  shop:\n    wire: http\n    listen: 127.0.0.1:0\n\(more)")
    try folder.write(
      "overlays/file.yaml",
      "overlay: of a file\nrules:\n  - {match: {path: /filed}, when: {every: 2}, fault: {status: 502}}\n")
    return folder
  }

  private func run(_ arguments: [String], _ part: String, in folder: TemporaryFolder) async throws -> (
    said: [String], finished: Mockrec.Finished
  ) {
    let client = "\(try Python.interpreter) -B \(Python.script("Clients/control_overlays.py")) \(part) > said.txt"
    let finished = try await Mockrec.run(
      ["replay"] + arguments + ["--control", "127.0.0.1:0", "--", "sh", "-c", client], in: folder.path,
      within: .seconds(120))
    let said = try String(contentsOfFile: folder("said.txt"), encoding: .utf8)
    return (said.split(separator: "\n").map(String.init), finished)
  }

  @Test("they are added, changed, switched and taken away under connections that stay, by session")
  func steered() async throws {
    let folder = try self.folder()
    let (said, finished) = try await self.run(["--overlay", "overlays/file.yaml"], "", in: folder)
    #expect(said == Self.wanted.split(separator: "\n").map(String.init), "\(finished)")
    #expect(finished.status == 0, "\(finished)")
    // What sessions came to that are closed is summed up: three of six requests in each of a hundred.
    #expect(finished.stderr.contains("overlay many (added by tests)"), "\(finished)")
    #expect(finished.stderr.contains("overlay of a file (overlays/file.yaml)"), "\(finished)")
    #expect(finished.stderr.contains("rule 1 at line 3, status 502: matched 3, fired 1"), "\(finished)")
    #expect(finished.stderr.contains("  overlay others (added by tests)\n    all rules of more overlays: matched "))
  }

  @Test("a model's faults come and go, its silent ones and those of its clock")
  func model() async throws {
    let folder = try self.folder()
    try folder.write(
      "mockrec.yaml", "services:\n  cache:\n    wire: redis\n    listen: 127.0.0.1:0\n    fake: {model: redis}\n")
    let (said, finished) = try await self.run([], "model", in: folder)
    #expect(
      said == [
        "dropped: 201 True 1 True 2", "off: 200 True 3", "stale: 201 3 True 3", "gone: 204 4 True 5",
        "later: 201 True True None 2", "error: command not allowed 2",
        "counted: [(1, 1, 0)] [(1, 1, 0)] [(1, 1, 0)]",
      ], "\(finished)")
    #expect(finished.status == 0, "\(finished)")
  }

  @Test("TLS handshakes fail where connections belong to a session before they say anything")
  func handshakes() async throws {
    let (said, finished) = try await self.run([], "handshakes", in: self.folder("    tls: true\n"))
    #expect(
      said == [
        "without ports: 400 error: a TLS handshake comes before any request, and nobody knows of which session it is",
        "whole: 200 200", "added: 201 broken 200", "counted: [(1, 1, 0)]", "off: 200 200", "default: 201 200 broken",
      ], "\(finished)")
    #expect(finished.stderr.contains("overlay overlay-1 (added by tests)"), "\(finished)")
    #expect(finished.stderr.contains("rule 1 at line 2, tls-handshake true: matched 2, fired 2"), "\(finished)")
  }
}
