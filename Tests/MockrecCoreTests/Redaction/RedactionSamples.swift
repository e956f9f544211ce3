@testable import MockrecCore

/// SplitMix64: a stream of numbers that is the same for the same seed on every machine.
struct RedactionDice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { self.state = seed }

  mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Secrets that look like secrets, put together here so that no scanner of this repository takes them for real ones.
enum SampleSecret {
  static let jwt =
    "eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiI0MiJ9" + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  static let aws = "AKIA" + "IOSFODNN7EXAMPLE"
  static let github = "ghp_" + String(repeating: "a1B2", count: 9)
  static let githubFine = "github_" + "pat_" + String(repeating: "A1_b", count: 10)
  static let slack = "xoxb-" + "1234567890-abcdefghij"
  static let stripe = "sk_" + "live_" + "4eC39HqLyjWDarjtT1zdp7dc"
  static let gitlab = "glp" + "at-" + "abcdefghij0123456789"
  static let google = "AIz" + "a" + String(repeating: "Sy1_-", count: 7)
  static let pem = """
    -----BEGIN RSA \("PRIVATE") KEY-----
    MIIEowIBAAKCAQEA-not-a-key
    -----END RSA \("PRIVATE") KEY-----
    """

  static let all = [jwt, aws, github, githubFine, slack, stripe, gitlab, google, pem]
}

extension Redactor {
  /// The body as a stream in chunks of this size, and how many secrets were replaced.
  func streamed(_ bytes: [UInt8], as kind: BodyKind, chunk: Int) -> (bytes: [UInt8], replaced: Int) {
    var stream = self.streaming(kind)
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: chunk) {
      result += stream.feed(Array(bytes[start..<min(start + chunk, bytes.count)]))
    }
    result += stream.finish()
    return (result, stream.replaced)
  }
}

extension String {
  func redacted(as kind: BodyKind, _ redactor: Redactor = Redactor()) -> String {
    String(decoding: redactor.body(Array(self.utf8), as: kind), as: UTF8.self)
  }
}
