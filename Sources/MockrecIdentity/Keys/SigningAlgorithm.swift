/// What tokens are signed with, by its name in their heads.
///
/// Source: RFC 7518, section 3.1; RFC 8037, section 3.1, with the curve Ed25519.
package enum SigningAlgorithm: String, Sendable, Hashable, CaseIterable {
  case hs256 = "HS256"
  case rs256 = "RS256"
  case es256 = "ES256"
  case edDSA = "EdDSA"

  /// Whether who can verify a token could have signed it: the key is no key for the public.
  package var isSymmetric: Bool { self == .hs256 }
}
