import MockrecCore

/// A generator of the same numbers for the same seed (SplitMix64).
struct NotationRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { self.state = seed }

  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var z = self.state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// Text of what is likely to be misread, and of anything.
  mutating func text(upTo length: Int, lines: Bool = true) -> String {
    let likely = Array("{{}}#\\\"`:;/ab \t[]()=$@,'é漢😀\u{7f}\u{1}\u{200b}\u{2028}\u{a0}\u{feff}\u{301}".unicodeScalars)
    var text = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...length, using: &self) {
      switch Int.random(in: 0..<12, using: &self) {
      case 0: text.append(Unicode.Scalar(UInt32.random(in: 0..<0xD800, using: &self)) ?? " ")
      case 1: text.append(lines ? ["\n", "\r"].randomElement(using: &self) ?? "\n" : " ")
      case 2: text.append(Unicode.Scalar(UInt8.random(in: lines ? 0...127 : 32...126, using: &self)))
      default: text.append(likely.randomElement(using: &self) ?? " ")
      }
    }
    return String(text)
  }
}

/// A tree in words, without the offsets that change when white space does.
func notationStructure(of value: Any) -> String {
  let mirror = Mirror(reflecting: value)
  guard !mirror.children.isEmpty else { return "\(type(of: value)) \(value)" }
  let children = mirror.children.filter { $0.label != "span" && $0.label != "offset" }
  return
    "\(type(of: value))(\(children.map { "\($0.label ?? ""): \(notationStructure(of: $0.value))" }.joined(separator: ", ")))"
}

/// Of a wire whose requests and replies are one body, and of one whose are several.
let notationDialect = Dialect(wireVerbs: ["REDIS", "GRPC"], messageVerbs: ["GRPC"])

func parseNotation(_ text: String, dialect: Dialect = notationDialect) throws(Diagnostic) -> ConversationFile {
  try NotationParser.parse(SourceText(name: "a.hurl", text: text), dialect: dialect)
}
