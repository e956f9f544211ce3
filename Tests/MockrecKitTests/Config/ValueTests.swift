import MockrecCore
import Testing

@testable import MockrecKit

struct ValueTests {
  @Test(
    "sizes are read with their unit",
    arguments: [
      ("0B", 0), ("64KB", 64_000), ("64KiB", 65_536), ("1GB", 1_000_000_000), ("2 MiB", 2 << 20),
      ("1gb", 1_000_000_000),
    ])
  func size(text: String, bytes: Int) { #expect(ByteSize(parsing: text)?.bytes == bytes) }

  @Test(
    "what is no size is refused",
    arguments: ["", "64", "KB", "-1B", "1.5MB", "1XB", "99999999TiB", "9999999999999999999B"])
  func noSize(text: String) { #expect(ByteSize(parsing: text) == nil) }

  @Test("a size is printed so that it reads back", arguments: [0, 1, 999, 1000, 1024, 1536, 65536, 1_500_000, 1 << 30])
  func sizeRoundTrip(bytes: Int) { #expect(ByteSize(parsing: ByteSize(bytes).description)?.bytes == bytes) }

  @Test("times are read with their unit")
  func duration() {
    #expect(Duration(parsing: "500ms") == .milliseconds(500))
    #expect(Duration(parsing: "30s") == .seconds(30))
    #expect(Duration(parsing: "2m") == .seconds(120))
    for text in ["", "30", "s", "-1s", "1.5s", "2d", "25h", "99999999999999999s"] {
      #expect(Duration(parsing: text) == nil, "\(text)")
    }
  }

  @Test(
    "an address reads back as it was written",
    arguments: ["127.0.0.1:0", "[::1]:8080", "localhost:65535", "0.0.0.0:80"])
  func hostPort(text: String) throws { #expect(try HostPort(parsing: text).description == text) }

  @Test(
    "what is no address is refused with a fix",
    arguments: [
      ("8080", "write 127.0.0.1:8080"), ("localhost", "write localhost:0"), ("::1:80", "write \"[::1]:80\""),
      (":80", "write 127.0.0.1:80"), ("*:80", "write 0.0.0.0:80 for every interface"),
      ("h:99999", "write a number from 0 (any free port) to 65535"), ("[zz]:1", "write [::1]:1"),
      ("", "write 127.0.0.1:0"),
    ])
  func noHostPort(text: String, fix: String) {
    #expect { try HostPort(parsing: text) } throws: { ($0 as? HostPort.Problem)?.fix == fix }
  }

  @Test("loopback is told from the rest")
  func loopback() {
    for host in ["127.0.0.1", "127.1.2.3", "::1", "localhost"] { #expect(HostPort(host: host, port: 0).isLoopback) }
    for host in ["0.0.0.0", "::", "127.example.com", "10.0.0.1"] { #expect(!HostPort(host: host, port: 0).isLoopback) }
  }

  @Test("a URL is taken apart, and printing it shows no password")
  func url() throws {
    let url = try RealURL(parsing: "HTTPS://me:pa%40ss@[::1]:8443/base/", schemes: ["http", "https"])
    #expect(url.scheme == "https" && url.userInfo == "me:pa%40ss" && url.host == "::1")
    #expect(url.port == 8443 && url.basePath == "/base")
    #expect(url.description == "https://[::1]:8443/base")
    let plain = try RealURL(parsing: "http://a.example", schemes: ["http"])
    #expect(plain.port == nil && plain.basePath.isEmpty && plain.userInfo == nil)
  }

  @Test(
    "what is no URL of the wire is refused",
    arguments: [
      "", "users.example.com", "ftp://a", "http://", "http://:80", "http://a:0", "http://a:99999", "http://a b",
      "http://a?x",
      "http://a#x", "http://[::1", "http://a:8o",
    ])
  func noURL(text: String) { #expect(throws: RealURL.Problem.self) { try RealURL(parsing: text, schemes: ["http"]) } }

  @Test("a mask hides user and password and keeps the length")
  func mask() {
    let line = "real: http://me:s3cret@h/x  # or \"https://u@h\""
    #expect(maskUserInfo(line) == "real: http://*********@h/x  # or \"https://*@h\"")
  }

  @Test(
    "a secret is not shown, and the rest of its line stays",
    arguments: [
      ("fake: {secret: tiny, x: y}", "fake: {secret: ****, x: y}"), ("    secret: a b  # c", "    secret: ********"),
      (#"{"password": "a, b", k: v}"#, #"{"password": ******, k: v}"#), ("secret: 's}t'", "secret: *****"),
      ("{web: {secret: é}, ada: {password: q}}", "{web: {secret: *}, ada: {password: *}}"),
      ("secret:", "secret:"), ("secret: {a: b}", "secret: {a: b}"), ("the secret is out", "the secret is out"),
    ])
  func secrets(line: String, shown: String) { #expect(maskSecrets(line) == shown) }

  @Test("a service's name gives its variable")
  func environmentName() { #expect(ServiceSettings.environmentName(for: "users-v2") == "USERS_V2_URL") }
}
