import Crypto

/// What whoever asks for a code has to know when it is redeemed. Source: RFC 7636.
struct PKCEChallenge: Sendable, Equatable {
  enum Method: String, Sendable, CaseIterable {
    case plain
    case s256 = "S256"
  }

  var method: Method
  var value: String

  init?(_ parameters: OAuthParameters) throws(OAuthError) {
    let method = parameters["code_challenge_method"]
    guard let value = parameters["code_challenge"] else {
      guard method == nil else { throw OAuthError(.invalidRequest, "code_challenge is missing") }
      return nil
    }
    guard let method = Method(rawValue: method ?? "plain") else {
      throw OAuthError(.invalidRequest, "code_challenge_method is plain or S256")
    }
    guard Self.isVerifier(value) else {
      throw OAuthError(.invalidRequest, "code_challenge is no text of 43 to 128 letters, digits, -, ., _ and ~")
    }
    (self.method, self.value) = (method, value)
  }

  func accepts(_ verifier: String) -> Bool {
    guard Self.isVerifier(verifier) else { return false }
    switch self.method {
    case .plain: return verifier == self.value
    case .s256: return Array(SHA256.hash(data: Array(verifier.utf8))).base64URL == self.value
    }
  }

  private static func isVerifier(_ text: String) -> Bool {
    (43...128).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || "-._~".utf8.contains(byte)
      }
  }
}
