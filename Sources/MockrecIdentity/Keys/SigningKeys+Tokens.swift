import Crypto
import Foundation
import JWTKit
import MockrecCore

extension SigningKeys {
  /// A signed token in its compact form, with the claims in the order and spelling given.
  ///
  /// - Parameters:
  ///   - header: Added to `alg`, `typ` and `kid`; it may take the place of the last two.
  /// - Returns: The same for the same arguments, but for ES256, which signs with a random number.
  /// - Throws: A `Diagnostic` for a header that says another algorithm, and for a key that cannot be had.
  /// - Complexity: RS256 half a millisecond, the others a tenth of that.
  ///
  /// Source: RFC 7515, section 3.1; RFC 7519, section 3.
  package func sign(
    _ claims: JSONObject, header: JSONObject = JSONObject(), with algorithm: SigningAlgorithm
  ) throws(Diagnostic) -> String {
    let key = try self.key(algorithm)
    try Self.check(header: header)
    let payload = OrderedClaims(text: JSON.object(claims).description)
    let fields = JWTHeader(
      fields: Dictionary(header.members.map { ($0.key, JWTHeaderField($0.value)) }, uniquingKeysWith: { $1 }))
    do {
      return try CallingThread.run {
        // A collection of its own for each token: nobody waits for another's.
        let keys = JWTKeyCollection()
        await keys.add(key)
        let identifier = fields.kid == nil ? key.identifier.map { JWKIdentifier(string: $0) } : nil
        return try await keys.sign(payload, kid: identifier, header: fields)
      }
    } catch {
      // What jwt-kit says may quote what it was given.
      throw Diagnostic("no token can be signed with \(algorithm.rawValue)")
    }
  }

  /// Fails for a header that no token can have, whatever it is signed with.
  package static func check(header: JSONObject) throws(Diagnostic) {
    guard header["alg"] == nil else {
      throw Diagnostic(
        "the header of a token cannot say another algorithm than it is signed with", fix: "write alg=\"HS256\" for it")
    }
  }
}

/// Claims as they are to be written.
private struct OrderedClaims: JWTPayload {
  var text: String

  func verify(using algorithm: some JWTAlgorithm) {}
}

/// Writes claims as they are, and heads with their members sorted, so that the same token is always the same text.
private struct OrderedSerializer: JWTSerializer {
  let jsonEncoder: any JWTJSONEncoder

  init() {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    self.jsonEncoder = encoder
  }

  func serialize(_ payload: some JWTPayload, header: JWTHeader) throws -> Data {
    guard let claims = payload as? OrderedClaims else { throw JWTError.generic(identifier: "payload", reason: "") }
    return Data(claims.text.utf8.base64URL.utf8)
  }
}

extension JWTKeyCollection {
  fileprivate func add(_ key: SigningKey) {
    let serializer = OrderedSerializer()
    switch key.material {
    case .secret(let bytes): self.add(hmac: HMACKey(from: bytes), digestAlgorithm: .sha256, serializer: serializer)
    case .rsa(let key): self.add(rsa: key, digestAlgorithm: .sha256, serializer: serializer)
    case .p256(let key): self.add(ecdsa: key, serializer: serializer)
    case .ed25519(let key): self.add(eddsa: key, serializer: serializer)
    }
  }
}

extension JWTHeaderField {
  fileprivate init(_ value: JSON) {
    switch value {
    case .null: self = .null
    case .bool(let flag): self = .bool(flag)
    case .number(let number): self = number.int64.map { .int(Int($0)) } ?? .decimal(number.double)
    case .string(let text): self = .string(text)
    case .array(let list): self = .array(list.map { JWTHeaderField($0) })
    case .object(let object):
      self = .object(Dictionary(object.members.map { ($0.key, JWTHeaderField($0.value)) }, uniquingKeysWith: { $1 }))
    }
  }
}
