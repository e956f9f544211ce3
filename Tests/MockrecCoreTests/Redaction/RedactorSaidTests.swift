import Testing

@testable import MockrecCore

@Suite("Secrets in what programs say")
struct RedactorSaidTests {
  private let redactor = Redactor()

  @Test(
    "the values of listed names give way, in every usual spelling",
    arguments: [
      ("password=hunter2", "password=#"),
      ("login failed: password = hunter2, retrying", "login failed: password = #, retrying"),
      ("Password: hunter2", "Password: #"), ("db.password=hunter2;", "db.password=#;"),
      ("(api_key: hunter2)", "(api_key: #)"),
      ("DB_PASSWORD=\"hunter2 and more\" x", "DB_PASSWORD=\"#\" x"),
      ("{'password': 'hunter2', 'a': 1}", "{'password': '#', 'a': 1}"),
      ("config {\"token\": \"hunter2\", \"a\": 1}", "config {\"token\": \"#\", \"a\": 1}"),
      (#"text "{\"token\": \"hunter2\"}" x"#, ##"text "{\"token\": \"#\"}" x"##), ("token=b'hunter2'", "token=b'#'"),
      ("client_secret => hunter2", "client_secret => #"), ("secret == hunter2", "secret == #"),
      ("a=1&password=hunter2&b=2", "a=1&password=#&b=2"), ("two\npassword=hunter2\nlines", "two\npassword=#\nlines"),
      ("sent Authorization: Bearer hunter2 to host", "sent Authorization: Bearer # to host"),
      ("curl -H 'Authorization: Bearer hunter2' url", "curl -H 'Authorization: Bearer #' url"),
      ("{'Authorization': 'Bearer hunter2'}", "{'Authorization': 'Bearer #'}"),
      ("Authorization=Basic hunter2", "Authorization=Basic #"),
      ("Authorization: Custom hunter2", "Authorization: #"), ("Cookie: a=hunter2; b=hunter2", "Cookie: a=#; b=#"),
      ("X-Api-Key: hunter2", "X-Api-Key: #"), ("unclosed password='hunter2", "unclosed password='#"),
    ])
  func hidden(text: String, wanted: String) {
    let clean = self.redactor.said(text)
    let level = String(decoding: Pseudonym.levelled(Array(clean.utf8)), as: UTF8.self)
    #expect(level.replacing("redacted-0000", with: "#") == wanted)
    #expect(self.redactor.said(clean) == clean)
  }

  @Test(
    "all else stays",
    arguments: [
      "user=ada", "KeyError: 'password'", "password=", "password: ", "Authorization:", "at https://example.com:80/a=b",
      "= : \"",
      "the password is wrong", "token: '", "=", ":password", "passwords: 3", "Line 3: expected a token, found }",
    ])
  func shown(text: String) {
    #expect(self.redactor.said(text) == text)
    #expect(Redactor(.off).said("password=x") == "password=x")
  }
}
