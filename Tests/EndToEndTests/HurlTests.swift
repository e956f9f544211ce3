import Foundation
import Testing

@Suite("Hurl files run as they are, without a mockrec.yaml", .wholePrograms)
struct HurlTests {
  @Test("requests, captures and asserts of every kind against httpbin")
  func language() async throws {
    let httpbin = try await RealServer.httpbin()
    let folder = try TemporaryFolder()
    try folder.folder("out")
    try folder.write("data/note.txt", "a note\n")
    try folder.write("vars.env", "# of this test\nnumber=42\n\nname = alice\n")
    try folder.write("language.hurl", HurlFiles.language)
    let finished = try await Mockrec.run(
      [
        "verify", "--only", "real", "language.hurl", "--variable", "url=\(httpbin.url)", "--variables-file", "vars.env",
      ], in: folder.path, environment: ["HURL_VARIABLE_fruit": "lemon", "HURL_VARIABLE_name": "bob"])
    #expect(finished.status == 0, "\(finished)")
    #expect(finished.stdout.contains("agree \(HurlFiles.languageSteps)  drift 0"), "\(finished)")
    #expect(try String(contentsOfFile: folder("out/page.html"), encoding: .utf8).contains("Herman Melville"))
    #expect(!FileManager.default.fileExists(atPath: folder(".mockrec")), "nothing is kept")
    try await httpbin.stop()
  }

  @Test("cookies are kept from entry to entry, and by their rules")
  func cookies() async throws {
    let httpbin = try await RealServer.httpbin()
    let folder = try TemporaryFolder()
    try folder.write("cookies.hurl", HurlFiles.cookies)
    try folder.write("alone.hurl", "GET {{url}}/cookies\nHTTP 200\n{\"cookies\": {}}\n")
    let finished = try await Mockrec.run(
      ["verify", "cookies.hurl", "alone.hurl", "--jobs", "1", "--variable", "url=\(httpbin.url)"], in: folder.path)
    #expect(finished.status == 0, "\(finished)")
    try await httpbin.stop()
  }

  @Test(
    "a certificate is asked about, also on a connection that is used again, and the authority that a contract names is trusted"
  )
  func certificate() async throws {
    let nginx = try await RealServer.nginxWithTLS()
    let folder = try TemporaryFolder()
    try folder.write("tls.hurl", HurlFiles.certificate)
    let finished = try await Mockrec.run(
      [
        "verify", "--only", "real", "tls.hurl", "--variable", "port=\(nginx.port)", "--variable",
        "ca=\(nginx.folder("ca.pem"))",
      ], in: folder.path)
    #expect(finished.status == 0, "\(finished)")
    try await nginx.stop()
  }

  @Test("XML and HTML are asked by XPath")
  func documents() async throws {
    let nginx = try await RealServer.nginx([
      "book.txt": Data(
        "<?xml version=\"1.0\"?><b:book xmlns:b=\"urn:b\" xmlns=\"urn:d\"><b:title>T</b:title><note>1</note><note/></b:book>\n"
          .utf8),
      "gb.txt": Data([0xC4, 0xE3, 0xBA, 0xC3]),
    ])
    let folder = try TemporaryFolder()
    try folder.write(
      "xpath.hurl",
      """
      GET http://127.0.0.1:\(nginx.port)/book.txt
      HTTP 200
      [Asserts]
      xpath "string(/b:book/b:title)" == "T"
      xpath "//_:note" count == 2
      xpath "sum(//_:note[1])" == 1
      xpath "boolean(//_:none)" == false
      xpath "//_:none" not exists
      sha256 == hex,\(try await Self.sha256(of: nginx.folder("www/book.txt")));

      GET http://127.0.0.1:\(nginx.port)/gb.txt
      HTTP 200
      [Asserts]
      bytes decode "gb2312" == "你好"
      bytes count == 4
      """)
    let finished = try await Mockrec.run(["verify", "xpath.hurl"], in: folder.path)
    #expect(finished.status == 0, "\(finished)")
    try await nginx.stop()
  }

  @Test("what fails is shown with its line, a caret, what was expected and what came")
  func failure() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    try folder.write(
      "wrong.hurl",
      """
      GET {{url}}/data.json
      HTTP 200
      [Asserts]
        jsonpath "$.name" == "bob"
      """)
    let finished = try await Mockrec.run(["verify", "wrong.hurl", "--variable", "url=\(nginx.url)"], in: folder.path)
    #expect(finished.status == 1)
    #expect(
      finished.stdout.contains(
        """
              4 |   jsonpath "$.name" == "bob"
                |                     ^
              expected: == "bob"
              real: "alice"
        """), "\(finished)")
    try await nginx.stop()
  }

  @Test(
    "what cannot be run stops the run before the first request, with the place: 65",
    arguments: [
      ("GET {{url}}/{{nmae}}\n", "a.hurl:1:13", "nearest: {{name}}"),
      ("GET {{url}}/\nHTTP 200\n[Asserts]\nxpath \"//p[\" exists\n", "a.hurl:4:8", "not a valid XPath"),
      ("GET {{url}}/\nHTTP 200\n[Asserts]\njsonpath \"$.a[\" exists\n", "a.hurl:4:", "not a valid JSONPath"),
      ("GET {{url}}/\nHTTP 200\n[Asserts]\nbody matches /(/\n", "a.hurl:4:", "not a valid pattern"),
      ("GET {{url}}/\n[Options]\nretr: 3\n", "a.hurl:3:1", "nearest: retry"),
      ("POST {{url}}/\n[Multipart]\nf: file,gone.txt;\n", "a.hurl:3:4", "cannot be read"),
      ("POST {{url}}/\n[Multipart]\nf: file,../a.hurl;\n", "a.hurl:3:4", "must not leave it"),
    ])
  func unreadable(contract: String, place: String, words: String) async throws {
    let folder = try TemporaryFolder()
    try folder.write("a.hurl", contract)
    // A port that nothing listens on: a request would end with 69.
    let finished = try await Mockrec.run(
      ["verify", "a.hurl", "--variable", "url=http://127.0.0.1:1", "--variable", "name=x"], in: folder.path)
    #expect(finished.status == 65, "\(finished)")
    #expect(finished.stderr.contains(place) && finished.stderr.contains(words), "\(finished)")
  }

  @Test("garbage, silence, resets and bombs are named, and the other contracts run")
  func misbehaviour() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    for (name, path) in [
      ("garbage", "garbage"), ("hang", "hang"), ("reset", "reset"), ("part", "part"), ("bomb", "bomb"),
    ] {
      try folder.write("\(name).hurl", "GET \(origin.url)/\(path)\n[Options]\nmax-time: 1\nHTTP 200\n")
    }
    try folder.write("large.hurl", "GET \(origin.url)/big?mb=65\nHTTP 200\n")
    try folder.write("good.hurl", "GET \(origin.url)/fixed\nHTTP 200\n")
    let finished = try await Mockrec.run(
      ["verify", "."], in: folder.path, environment: ["HURL_VARIABLE_": "no name"])
    #expect(finished.status == 69, "\(finished)")
    for words in [
      "agree 1", "unreachable 6", "broken 0", "a malformed reply from", "no reply in time from", "a reply cut short by",
      "larger than the limit of 67108864 bytes", "the decoded body is larger than the limit",
    ] { #expect(finished.stdout.contains(words), "\(words): \(finished)") }
    try await origin.stop()
  }

  @Test("a pattern that would take for ever is given up, and the contract is broken")
  func endlessPattern() async throws {
    let origin = try await RealServer.origin()
    let folder = try TemporaryFolder()
    try folder.write(
      "pattern.hurl",
      "# @unsafe\nGET \(origin.url)/text?mb=16\nHTTP 200\n[Asserts]\nbody matches /(?:.{1,900}){1,4}é/\n")
    let running = try Mockrec.start(["verify", "pattern.hurl"], in: folder.path)
    // It takes a second or two, of a program that is not optimised on a busy machine many more.
    let finished = try await running.finish(within: .seconds(240))
    #expect(finished.status == 1 && finished.stdout.contains("too long for the pattern"), "\(finished)")
    try await origin.stop()
  }

  private static func sha256(of path: String) async throws -> String {
    let child = try Child("sha256sum", [path])
    guard try await child.end() == .exit(0) else { throw Failed(what: child.transcript) }
    return String(child.stdout.prefix { $0 != " " })
  }
}
