import Testing

@testable import MockrecCore

@Suite("Redaction of random bodies")
struct RedactionPropertyTests {
  /// Pieces that mean something to one scanner or another.
  private static let pieces =
    SampleSecret.all + [
      "{", "}", "[", "]", ":", ",", "\"", "\\", "\\\"", "\\u0041", "\\ud83d\\ude00", "\\ud83d", " ", "\n", "\r\n",
      "\"password\"", "\"token\":", "\"a\":", "\"secret\":{", "\"x\"", "12", "-1.5e3", "true", "null", "&", "=", "%",
      "%41", "%4", "+", "password=", "a=", "token=x", "?", "#", "--b",
      "--b--", "--b\r\n", "\r\n--b\r\n", "-", "-----",
      "Content-Disposition: form-data; name=\"password\"\r\n\r\n", "Content-Disposition: form-data; name=\"a\"\r\n\r\n",
      "e", "ey", "eyJ", "AK", "AKIA", "ghp_",
      "redacted-12ab", "redacted-", "1999900001", "é", "😀", "\u{0}", "word",
    ]

  /// Starts of secrets and of texts within texts, which swallow what follows them.
  private static let fragments = [
    "eyJabc.", "eyJabcd.eyJ", "xoxb-", "-----BEGIN ", "PRIVATE KEY", "-----BEGIN PRIVATE KEY-----", "-----END ",
    "?token=", "\"{", "\\\"password\\\":\\\"",
  ]

  private static let kinds: [BodyKind] = [.json, .form, .text, .multipart(boundary: Array("b".utf8))]

  @Test("what one look calls plain holds nothing that a second finds", arguments: 0..<300)
  func plain(seed: Int) {
    var dice = RedactionDice(UInt64(seed))
    let redactor = Redactor()
    let pieces = Self.pieces + Self.fragments
    for _ in 0..<20 {
      let text = (0..<Int.random(in: 1...4, using: &dice)).map { _ in pieces.randomElement(using: &dice) ?? "" }
        .joined()
      let bytes = Array(text.utf8)
      guard bytes.withUnsafeBytes({ redactor.isPlain($0) }) else { continue }
      #expect(redactor.text(bytes) == bytes, "seed \(seed): \(text.debugDescription)")
    }
  }

  @Test("a stream gives what the whole gives, and redacting twice what redacting once gives", arguments: 0..<600)
  func anyText(seed: Int) {
    var dice = RedactionDice(UInt64(seed))
    let redactor = Redactor()
    let isWhole = seed.isMultiple(of: 2)
    let pieces = isWhole ? Self.pieces : Self.pieces + Self.fragments
    for kind in Self.kinds {
      let text = (0..<Int.random(in: 1...40, using: &dice)).map { _ in pieces.randomElement(using: &dice) ?? "" }
      let bytes = Array(text.joined().utf8)
      var replaced = 0
      let whole = redactor.body(bytes, as: kind, replaced: &replaced)
      for chunk in [1, 2, 3, 7, 50] {
        let streamed = redactor.streamed(bytes, as: kind, chunk: chunk)
        #expect(streamed.bytes == whole, "seed \(seed), \(kind), chunks of \(chunk): \(text.joined().debugDescription)")
        #expect(streamed.replaced == replaced, "seed \(seed), \(kind), chunks of \(chunk)")
      }
      guard isWhole else { continue }
      let again = redactor.body(whole, as: kind)
      #expect(again == whole, "seed \(seed), \(kind): \(text.joined().debugDescription)")
    }
  }

  @Test("in JSON nothing but the secrets changes", arguments: 0..<200)
  func jsonOutsideSecrets(seed: Int) {
    var dice = RedactionDice(UInt64(seed))
    let document = Self.document(depth: 4, hidden: false, using: &dice)
    RedactorBodyTests.check(document.text, as: .json, expected: document.expected)
  }

  /// A random JSON text with what redaction must make of it.
  private static func document(
    depth: Int, hidden: Bool, using dice: inout RedactionDice
  ) -> (text: String, expected: String) {
    let blank = ["", "", " ", "\n  "].randomElement(using: &dice) ?? ""
    switch Int.random(in: 0..<(depth > 0 ? 7 : 4), using: &dice) {
    case 0: return ("null", "null")
    case 1:
      let number = "\(Int.random(in: -1000...1000, using: &dice)).50"
      var value = SecretValue()
      for byte in number.utf8 { value.append(byte) }
      return (number, hidden ? String(decoding: value.number, as: UTF8.self) : number)
    case 2, 3:
      let raw = ["plain", "é😀", #"a\"b"#, #"\u00e9\n"#].randomElement(using: &dice) ?? ""
      let decoded = ["plain": "plain", "é😀": "é😀", #"a\"b"#: "a\"b", #"\u00e9\n"#: "é\n"][raw] ?? ""
      return ("\"\(raw)\"", hidden ? "\"\(Pseudonym.text(of: decoded))\"" : "\"\(raw)\"")
    case 4:
      let items = (0..<Int.random(in: 0...3, using: &dice)).map { _ in
        Self.document(depth: depth - 1, hidden: hidden, using: &dice)
      }
      return (
        "[\(blank)\(items.map(\.text).joined(separator: ",\(blank)"))]",
        "[\(blank)\(items.map(\.expected).joined(separator: ",\(blank)"))]"
      )
    default:
      let members = (0..<Int.random(in: 0...4, using: &dice)).map { _ in
        let secret = Int.random(in: 0..<4, using: &dice) == 0
        let key =
          (secret ? ["password", "Api-Key", "refreshToken"] : ["id", "name", "tokens"]).randomElement(using: &dice)
          ?? ""
        let value = Self.document(depth: depth - 1, hidden: hidden || secret, using: &dice)
        return (
          text: "\"\(key)\"\(blank):\(blank)\(value.text)", expected: "\"\(key)\"\(blank):\(blank)\(value.expected)"
        )
      }
      return (
        "{\(members.map(\.text).joined(separator: ","))\(blank)}",
        "{\(members.map(\.expected).joined(separator: ","))\(blank)}"
      )
    }
  }
}
