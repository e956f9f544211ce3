import MockrecCore
import Testing

@testable import MockrecStore

@Suite("Names of cassette files")
struct CassetteNameTests {
  @Test(
    "slugs",
    arguments: [
      ("GET", "/users/42", "get-users-42"),
      ("GET", "/", "get-root"),
      ("GET", "", "get-root"),
      ("M-SEARCH", "*", "m-search-root"),
      ("GET", "/Ünïcode/ÄB//c__d?q=1&r=%20", "get-n-code-b-c-d-q-1-r-20"),
      ("///", "/../../etc/passwd", "request-etc-passwd"),
      ("GET", "/" + String(repeating: "abc/", count: 100), "get-" + String(repeating: "abc-", count: 15).dropLast()),
    ])
  func slug(verb: String, target: String, stem: String) {
    #expect(CassetteName(verb: verb, target: target, key: []).stem == stem)
  }

  @Test("a name is made of the request alone, and read back")
  func roundTrip() throws {
    let key = Array("GET /users/42".utf8)
    let first = CassetteName(verb: "GET", target: "/users/42", key: key)
    #expect(first.fileName == "get-users-42-dabf0e62.hurl")
    for occurrence in [1, 2, 17, CassetteName.maximumOccurrence] {
      let name = CassetteName(verb: "GET", target: "/users/42", key: key, occurrence: occurrence)
      let parsed = try #require(CassetteName(parsing: name.fileName))
      #expect(parsed == name)
      #expect(name.fileName == name.fileName.lowercased(), "the same where letter case is not told apart")
    }
  }

  @Test("requests that differ in letter case only have different files, even where case is not told apart")
  func letterCase() {
    let upper = CassetteName(verb: "GET", target: "/Users", key: Array("GET /Users".utf8))
    let lower = CassetteName(verb: "GET", target: "/users", key: Array("GET /users".utf8))
    #expect(upper.fileName != lower.fileName)
  }

  @Test(
    "files that were named by hand",
    arguments: [
      "login.hurl", "get-users.hurl", "get-users-42.hurl", "get-users-cafebab.hurl", "get-users-CAFEBABE.hurl",
      "cafebabe.hurl", "get-cafebabe.hurl", "get-users-cafebabe-1.hurl", "get-users-cafebabe-02.hurl",
      "get-users-cafebabe.txt", "-users-cafebabe.hurl", "get-users-cafebabe-99999999999999999999.hurl", ".hurl", "",
    ])
  func byHand(fileName: String) { #expect(CassetteName(parsing: fileName) == nil) }

  @Test("digits at the end are a hash when there are eight of them")
  func digits() throws {
    let name = try #require(CassetteName(parsing: "get-users-cafebabe-12345678.hurl"))
    #expect(name.stem == "get-users-cafebabe")
    #expect(name.hash == "12345678")
    #expect(name.occurrence == 1)
  }
}
