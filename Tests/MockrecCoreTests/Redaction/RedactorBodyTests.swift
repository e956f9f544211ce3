import Testing

@testable import MockrecCore

@Suite("Redaction of bodies")
struct RedactorBodyTests {
  private static func p(_ secret: String) -> String { Pseudonym.text(of: secret) }

  private static func number(_ secret: String) -> String {
    var value = SecretValue()
    for byte in secret.utf8 { value.append(byte) }
    return String(decoding: value.number, as: UTF8.self)
  }

  @Test(
    "JSON: values of secret names, wherever they stand; all else byte for byte",
    arguments: [
      (#"{ "password" : "x" , "a":1.50 }"#, #"{ "password" : "\#(p("x"))" , "a":1.50 }"#),
      (#"{"a":{"accessToken":"x\"y"}}"#, #"{"a":{"accessToken":"\#(p("x\"y"))"}}"#),
      (#"{"pass\u0077ord":"x"}"#, #"{"pass\u0077ord":"\#(p("x"))"}"#),
      (#"{"token":null,"secret":true,"pwd":""}"#, #"{"token":null,"secret":true,"pwd":""}"#),
      (#"{"token":-12.5e3,"n":7}"#, #"{"token":\#(number("-12.5e3")),"n":7}"#),
      (
        #"{"secret":{"k":"v","l":[1,"w",null],"m":{"n":"o"}},"z":"v"}"#,
        #"{"secret":{"k":"\#(p("v"))","l":[\#(number("1")),"\#(p("w"))",null],"m":{"n":"\#(p("o"))"}},"z":"v"}"#
      ),
      (#"["password","x",{"password":["y"]}]"#, #"["password","x",{"password":["\#(p("y"))"]}]"#),
      (#"{"a":"password","b":"x"}"#, #"{"a":"password","b":"x"}"#),
      (#"{"note":"line\n\#(SampleSecret.aws)"}"#, #"{"note":"line\n\#(p(SampleSecret.aws))"}"#),
      (
        #"{"pem":"\#(SampleSecret.pem.split(separator: "\n").joined(separator: #"\n"#))"}"#,
        #"{"pem":"\#(p(SampleSecret.pem))"}"#
      ),
      (#"{"emoji":"\ud83d\ude00","password":"\ud83d\ude00"}"#, #"{"emoji":"\ud83d\ude00","password":"\#(p("😀"))"}"#),
      // Services echo what they were asked, as URLs and as JSON in strings.
      (
        #"{"url":"http:\/\/h\/get?access_token=t%21&page=1","see":"/a?b=c token=d"}"#,
        #"{"url":"http:\/\/h\/get?access_token=\#(p("t!"))&page=1","see":"/a?b=c token=d"}"#
      ),
      (
        #"{"data":"{\"password\": \"x\\\"y\", \"n\": {\"token\":1}}","b":1}"#,
        #"{"data":"{\"password\": \"\#(p("x\"y"))\", \"n\": {\"token\":\#(number("1"))}}","b":1}"#
      ),
      (#"{"a":"[\"{\\\"pwd\\\":\\\"x\\\"}\"]"}"#, #"{"a":"[\"{\\\"pwd\\\":\\\"\#(p("x"))\\\"}\"]"}"#),
      // Not JSON, and read as far as it goes.
      (#"{"password":"x"#, #"{"password":"\#(p("x"))"#),
      (#"{"password":12"#, #"{"password":\#(number("12"))"#),
      ("{\"a\":\"unclosed\n\"password\":\"x\"}", "{\"a\":\"unclosed\n\"password\":\"\(p("x"))\"}"),
      (#"{password:"x"} {"token":"y"}]]"#, #"{password:"x"} {"token":"\#(p("y"))"}]]"#),
      (#"{"token":"\ud800"}"#, #"{"token":"redacted-f011"}"#),
      ("", ""),
      ("\u{FEFF}{\"pwd\":\"x\"}", "\u{FEFF}{\"pwd\":\"\(p("x"))\"}"),
    ])
  func json(_ text: String, expected: String) { Self.check(text, as: .json, expected: expected) }

  @Test(
    "forms",
    arguments: [
      ("user=bob&password=x%21+y&z=1", "user=bob&password=\(p("x! y"))&z=1"),
      ("password=&a", "password=&a"),
      ("pass%77ord=x", "pass%77ord=\(p("x"))"),
      ("a=%65yJ\(SampleSecret.jwt.dropFirst(3))&b=%", "a=\(p(SampleSecret.jwt))&b=%"),
      // curl calls every -d a form.
      (#" {"password":"x"}"#, #" {"password":"\#(p("x"))"}"#),
    ])
  func form(_ text: String, expected: String) { Self.check(text, as: .form, expected: expected) }

  @Test(
    "text: the parameters of URLs",
    arguments: [
      ("<a href='/x?token=t&amp;a=b'>", "<a href='/x?token=\(p("t"))&amp;a=b'>"),
      ("see http://h/?password=p, q", "see http://h/?password=\(p("p,")) q"),
      ("token=t is no URL", "token=t is no URL"),
    ])
  func urls(_ text: String, expected: String) { Self.check(text, as: .text, expected: expected) }

  @Test("multipart: the parts with a secret name, and secret shapes in the others", arguments: ["\r\n", "\n"])
  func multipart(lineEnd: String) {
    let body = { (password: String, file: String) in
      [
        "preamble", "--b-1", "Content-Disposition: form-data; name=\"user\"", "", "bob", "--b-1",
        "content-disposition: form-data; name=\"password\"", "Content-Type: text/plain", "", password, "--b-1",
        "Content-Disposition: form-data; name=\"token\"", "", "", "--b-1",
        "Content-Disposition: form-data; name=\"f\"; filename=\"a\"", "", file, "--b-1--", "",
      ].joined(separator: lineEnd)
    }
    let secret = "x\(lineEnd)--b-\(lineEnd)y"
    let text = body(secret, "see \(SampleSecret.aws)\(lineEnd)--b-2")
    let expected = body(Self.p(secret), "see \(Self.p(SampleSecret.aws))\(lineEnd)--b-2")
    Self.check(text, as: .multipart(boundary: Array("b-1".utf8)), expected: expected)
    Self.check(
      String(text.dropFirst(8 + lineEnd.utf8.count)),
      as: BodyKind(contentType: "multipart/form-data; boundary=\"b-1\""),
      expected: String(expected.dropFirst(8 + lineEnd.utf8.count)))
  }

  @Test("the shapes of well-known secrets, in any text", arguments: SampleSecret.all)
  func shapes(secret: String) {
    Self.check("<a>\(secret)</a>", as: .text, expected: "<a>\(Self.p(secret))</a>")
    Self.check(secret, as: .text, expected: Self.p(secret))
    Self.check("\(secret) \(secret)", as: .text, expected: "\(Self.p(secret)) \(Self.p(secret))")
  }

  @Test(
    "what only resembles a secret stays",
    arguments: [
      "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOi.x.y", "xeyJhbGci.abcdefgh.abc", "AKIA", "AKIAIOSFODNN7EXAMPL",
      "AKIAIOSFODNN7EXAMPLEX", "ghp_short", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
      "-----BEGIN PUBLIC KEY-----", "sk_test_abcdefghijklmnop", "xoxb", String(repeating: "-", count: 300),
    ])
  func resembling(text: String) { Self.check(text, as: .text, expected: text) }

  @Test("a body without secrets is the same array, not a copy")
  func noCopy() {
    let bytes = Array(#"{"id":42,"name":"alice","tags":["x","sk","eyJ"]}"#.utf8)
    let redacted = Redactor().json(bytes)
    let same = bytes.withUnsafeBufferPointer { a in redacted.withUnsafeBufferPointer { a.baseAddress == $0.baseAddress }
    }
    #expect(same)
  }

  @Test("the kinds of bodies by content type")
  func kinds() {
    #expect(BodyKind(contentType: "Application/Problem+JSON; charset=utf-8") == .json)
    #expect(BodyKind(contentType: "application/x-www-form-urlencoded") == .form)
    #expect(
      BodyKind(contentType: "multipart/form-data; charset=x; Boundary=abc") == .multipart(boundary: Array("abc".utf8)))
    #expect(BodyKind(contentType: "multipart/form-data") == .text)
    #expect(BodyKind(contentType: "image/png") == .opaque)
    #expect(BodyKind(contentType: "image/svg+xml") == .text)
    #expect(BodyKind(contentType: nil) == .text)
  }

  @Test("a secret larger than any buffer is dropped as it comes")
  func hugeSecret() {
    var stream = Redactor().streaming(.json)
    var written = stream.feed(Array(#"{"password":""#.utf8)).count
    let piece = [UInt8](repeating: 0x61, count: 1 << 16)
    for _ in 0..<64 { written += stream.feed(piece).count }
    let end = stream.feed(Array(#"","a":1}"#.utf8)) + stream.finish()
    #expect(written == 13)
    #expect(String(decoding: end, as: UTF8.self).hasSuffix(#"","a":1}"#))
    #expect(stream.replaced == 1)
  }

  @Test("no more than 64 KiB are held back")
  func boundedHold() {
    var stream = Redactor().streaming(.text)
    var (fed, written) = (3, stream.feed(Array("eyJ".utf8)).count)
    let piece = [UInt8](repeating: 0x61, count: 1000)
    for _ in 0..<1000 {
      fed += piece.count
      written += stream.feed(piece).count
      #expect(fed - written <= SecretShapes.maximumHold)
    }
  }

  @Test("containers nested beyond reason neither crash nor show what is in them")
  func deepNesting() {
    let depth = 100_000
    let text =
      "{\"secret\":" + String(repeating: "[", count: depth) + "\"x\"" + String(repeating: "]", count: depth) + "}"
    #expect(text.redacted(as: .json) == text.replacing("\"x\"", with: "\"\(Self.p("x"))\""))
  }

  /// Whole, in chunks of every small size, and again on its own result.
  static func check(_ text: String, as kind: BodyKind, expected: String) {
    let redactor = Redactor()
    var replaced = 0
    let bytes = Array(text.utf8)
    let whole = redactor.body(bytes, as: kind, replaced: &replaced)
    #expect(String(decoding: whole, as: UTF8.self) == expected)
    for chunk in [1, 2, 3, 5, 16, 61] {
      let streamed = redactor.streamed(bytes, as: kind, chunk: chunk)
      #expect(streamed.bytes == whole, "in chunks of \(chunk)")
      #expect(streamed.replaced == replaced, "in chunks of \(chunk)")
    }
    var again = 0
    #expect(redactor.body(whole, as: kind, replaced: &again) == whole, "redacting twice is redacting once")
    #expect(again == 0)
  }
}
