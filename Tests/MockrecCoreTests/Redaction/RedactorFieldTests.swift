import Testing

@testable import MockrecCore

@Suite("Redaction of fields, targets and command lines")
struct RedactorFieldTests {
  private let redactor = Redactor()

  private static func p(_ secret: String) -> String { Pseudonym.text(of: secret) }

  @Test(
    "fields: what stays and what goes",
    arguments: [
      ("Authorization", "Bearer abc", "Bearer \(p("abc"))"),
      ("authorization", "Basic dXNlcjpwYXNz==", "Basic \(p("dXNlcjpwYXNz=="))"),
      ("Authorization", "abc", p("abc")),
      ("Authorization", "my secret words", p("my secret words")),
      ("Authorization", "", ""),
      (
        "Authorization", #"Digest username="bob", realm="r,x", nonce="n", uri="/a", nc=00000001, response="8ca5""#,
        """
        Digest username="\(p("bob"))", realm="\(p("r,x"))", nonce="redacted-0000", uri="\(p("/a"))", \
        nc=redacted-0000, response="redacted-0000"
        """
      ),
      (
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=KEY/20261120/eu/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=fe5f",
        """
        AWS4-HMAC-SHA256 Credential=\(p("KEY")), SignedHeaders=\(p("host;x-amz-date")), Signature=redacted-0000
        """
      ),
      ("Authorization", #"Digest username="unclosed"#, #"Digest username="\#(p("unclosed"))""#),
      ("Cookie", "a=1; b=two; c=", "a=\(p("1")); b=\(p("two")); c="),
      ("Cookie", #"a="quoted"; flag"#, #"a="\#(p("quoted"))"; \#(p("flag"))"#),
      ("Set-Cookie", "sid=abc=; Path=/; HttpOnly", "sid=\(p("abc=")); Path=/; HttpOnly"),
      ("Set-Cookie", "sid=; Max-Age=0", "sid=; Max-Age=0"),
      ("X-Api-Key", "k", p("k")),
      ("X_API_KEY", "k", p("k")),
      (
        "Location", "https://h/cb?code=1&access_token=t#id_token=u",
        "https://h/cb?code=1&access_token=\(p("t"))#id_token=\(p("u"))"
      ),
      ("Link", "<https://h/?token=t>; rel=next", "<https://h/?token=\(p("t"))>; rel=next"),
      ("X-Trace", "a \(SampleSecret.jwt) b", "a \(p(SampleSecret.jwt)) b"),
      ("Accept", "application/json, text/*;q=0.5", "application/json, text/*;q=0.5"),
    ])
  func field(name: String, value: String, expected: String) {
    let once = self.redactor.field(name: name, value: value)
    #expect(once == expected)
    var again = 0
    #expect(self.redactor.field(name: name, value: once, replaced: &again) == expected)
    #expect(again == 0, "what was redacted before does not count")
  }

  @Test(
    "targets: secret parameters alone are replaced",
    arguments: [
      ("/users/42?page=2&q=a%20b", "/users/42?page=2&q=a%20b"),
      ("/x?token=abc&y=1", "/x?token=\(p("abc"))&y=1"),
      ("/x?y=1&ACCESS%5FTOKEN=a%2Fb&&z", "/x?y=1&ACCESS%5FTOKEN=\(p("a/b"))&&z"),
      ("/x?token=", "/x?token="),
      ("/x?token", "/x?token"),
      ("/x?token=%zz%4", "/x?token=\(p("%zz%4"))"),
      ("/x?user[password]=p&user.pwd=q", "/x?user[password]=\(p("p"))&user.pwd=\(p("q"))"),
      ("http://bob:pw@h:80/p?a=b", "http://bob:\(p("pw"))@h:80/p?a=b"),
      ("http://key@h/p", "http://\(p("key"))@h/p"),
      ("http://h:80/a@b:c", "http://h:80/a@b:c"),
      ("http://:@h/", "http://:@h/"),
      ("/k/\(SampleSecret.aws)/v?a=\(SampleSecret.aws)", "/k/\(p(SampleSecret.aws))/v?a=\(p(SampleSecret.aws))"),
      ("/x?X-Amz-Signature=abcd&X-Amz-Date=1", "/x?X-Amz-Signature=redacted-0000&X-Amz-Date=1"),
      ("/x?a=b?token=c", "/x?a=b?token=c"),
      ("*", "*"),
      ("", ""),
    ])
  func target(_ target: String, expected: String) {
    let once = self.redactor.query(target)
    #expect(once == expected)
    #expect(self.redactor.query(once) == expected)
  }

  @Test(
    "FNV-1a gives the values that its authors publish",
    arguments: [("", 0xCBF2_9CE4_8422_2325), ("foobar", 0x8594_4171_F739_67E8)] as [(String, UInt64)])
  func fnv(text: String, hash: UInt64) { #expect(FNV1a(text.utf8).value == hash) }

  @Test("a secret has one pseudonym wherever it stands, and one on every machine")
  func onePseudonym() {
    #expect(Pseudonym.text(of: "s3cr3t/+") == "redacted-c415")
    let form = "password=s3cr3t%2F%2B".redacted(as: .form)
    let json = #"{"password":"s3cr3t\/\u002b"}"#.redacted(as: .json)
    #expect(form == "password=redacted-c415")
    #expect(json == #"{"password":"redacted-c415"}"#)
    #expect(self.redactor.field(name: "Authorization", value: "Bearer s3cr3t/+") == "Bearer redacted-c415")
  }

  @Test("rules: names are added and removed in any spelling, and all of it is switched off")
  func rules() {
    var rules = RedactionRules.standard
    rules.add("tenant-id")
    rules.remove("API_KEY")
    let redactor = Redactor(rules)
    #expect(redactor.query("/?tenantId=1&api-key=2&apikey=3") == "/?tenantId=\(Self.p("1"))&api-key=2&apikey=3")
    let off = Redactor(.off)
    #expect(off.query("/?token=\(SampleSecret.jwt)") == "/?token=\(SampleSecret.jwt)")
    #expect(off.field(name: "Cookie", value: "a=b") == "a=b")
    #expect(#"{"password":"x"}"#.redacted(as: .json, off) == #"{"password":"x"}"#)
    #expect(off.streamed(Array(SampleSecret.jwt.utf8), as: .text, chunk: 5).bytes == Array(SampleSecret.jwt.utf8))
  }

  @Test("command lines")
  func arguments() {
    let p = { Self.p($0) }
    let words = [
      "curl", "-u", "bob:pw", "-H", "Authorization: Bearer t", "--password=x", "--token", "y", "API_KEY=z", "-d",
      "a=b", "http://u:v@h/?token=w",
    ]
    #expect(
      self.redactor.arguments(words) == [
        "curl", "-u", "bob:\(p("pw"))", "-H", "Authorization: Bearer \(p("t"))", "--password=\(p("x"))", "--token",
        p("y"), "API_KEY=\(p("z"))", "-d", "a=b", "http://u:\(p("v"))@h/?token=\(p("w"))",
      ])
  }

  @Test("the scripts of shells on command lines")
  func scripts() {
    let p = { Self.p($0) }
    for (script, wanted) in [
      ("PASSWORD=x cmd", "PASSWORD=\(p("x cmd"))"),
      ("run PASSWORD=x cmd", "run PASSWORD=\(p("x")) cmd"),
      ("curl -u bob:pw  --token y\n--password=z", "curl -u bob:\(p("pw"))  --token \(p("y"))\n--password=\(p("z"))"),
      ("curl -H 'Authorization: Bearer t' h", "curl -H 'Authorization: Bearer \(p("t"))' h"),
      ("sh -c \"a; API_KEY='b c' d\"", "sh -c \"a; API_KEY=\(p("'b c'")) d\""),
      ("echo 'it is", "echo 'it is"), ("'", "'"), (" a  b ", " a  b "), ("\"a b\"", "\"a b\""),
    ] {
      #expect(self.redactor.arguments(["sh", "-c", script]) == ["sh", "-c", wanted])
    }
  }

  @Test("fields of a message are counted")
  func fields() {
    let fields = Fields([("Cookie", "a=1; b=2"), ("Accept", "*/*"), ("X-Api-Key", "k")])
    var replaced = 0
    let redacted = self.redactor.fields(fields, replaced: &replaced)
    #expect(replaced == 3)
    #expect(redacted[first: "accept"] == "*/*")
  }
}

@Suite("Names that end like a secret's")
struct SecretEndingTests {
  private let redactor = Redactor()

  @Test(
    "they are secrets wherever names are looked at",
    arguments: [
      "db_password", "DB-PASSWORD", "smtpPassword", "userPassword", "webhook_secret", "stripeApiKey",
      "x-acme-access-token", "oauthRefreshToken", "login.adminPassword", "user[new_password]",
    ])
  func hidden(name: String) {
    let json = String(decoding: self.redactor.json(Array("{\"\(name)\": \"hunter2\"}".utf8)), as: UTF8.self)
    #expect(!json.contains("hunter2"), "\(json)")
    #expect(!self.redactor.query("/x?a=1&\(name)=hunter2").contains("hunter2"))
    #expect(self.redactor.field(name: name, value: "hunter2") != "hunter2")
  }

  @Test(
    "others are not", arguments: ["passwords_changed", "secretary", "token_count", "next_page_token", "wordpass", "d"])
  func shown(name: String) {
    let text = "{\"\(name)\": \"plain\"}"
    #expect(String(decoding: self.redactor.json(Array(text.utf8)), as: UTF8.self) == text)
  }

  @Test("a name that is to be kept is kept, and its like are not")
  func kept() {
    var rules = RedactionRules.standard
    rules.remove("demo_password")
    let redactor = Redactor(rules)
    let text = String(
      decoding: redactor.json(Array(#"{"demo_password": "shown", "other_password": "hidden"}"#.utf8)), as: UTF8.self)
    #expect(text.contains("shown") && !text.contains("hidden"), "\(text)")
  }
}
