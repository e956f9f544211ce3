import Crypto
import CryptoExtras
import Foundation
import JWTKit
import MockrecCore

/// A key that signs, and what others may know of it.
struct SigningKey: Sendable {
  enum Material: Sendable {
    case secret([UInt8])
    case rsa(JWTKit.Insecure.RSA.PrivateKey)
    case p256(ECDSA.PrivateKey<P256>)
    case ed25519(EdDSA.PrivateKey)
  }

  let material: Material
  let algorithm: SigningAlgorithm
  /// The JWK of the public key without what says how it is used; nil for a secret.
  private let publicKey: JSONObject?
  /// The thumbprint of the public key (RFC 7638); nil for a secret, of which it would tell (RFC 7638, section 7).
  let identifier: String?

  /// The shortest secret of HS256, in bytes. Source: RFC 7518, section 3.2.
  static let shortestSecret = 32

  private init(_ material: Material, _ algorithm: SigningAlgorithm, _ publicKey: JSONObject?) {
    self.material = material
    self.algorithm = algorithm
    self.publicKey = publicKey
    // The members that are required, by name, without white space.
    self.identifier = publicKey.map { Array(SHA256.hash(data: Array(JSON.object($0).description.utf8))).base64URL }
  }

  init(secret: [UInt8]) throws(Diagnostic) {
    guard secret.count >= Self.shortestSecret else {
      throw Diagnostic(
        "the secret of HS256 is shorter than \(Self.shortestSecret) bytes", fix: "take a longer one (RFC 7518, 3.2)")
    }
    self.init(.secret(secret), .hs256, nil)
  }

  init(_ key: _RSA.Signing.PrivateKey) throws {
    let numbers = try key.publicKey.getKeyPrimitives()
    self.init(
      .rsa(try .init(backing: key)), .rs256,
      JSONObject([
        .init(key: "e", value: .string(numbers.publicExponent.base64URL)), .init(key: "kty", value: "RSA"),
        .init(key: "n", value: .string(numbers.modulus.base64URL)),
      ]))
  }

  init(_ key: P256.Signing.PrivateKey) throws {
    let point = key.publicKey.rawRepresentation
    self.init(
      .p256(try .init(backing: key)), .es256,
      JSONObject([
        .init(key: "crv", value: "P-256"), .init(key: "kty", value: "EC"),
        .init(key: "x", value: .string(point.prefix(32).base64URL)),
        .init(key: "y", value: .string(point.suffix(32).base64URL)),
      ]))
  }

  init(_ key: Curve25519.Signing.PrivateKey) {
    self.init(
      .ed25519(.init(backing: key)), .edDSA,
      JSONObject([
        .init(key: "crv", value: "Ed25519"), .init(key: "kty", value: "OKP"),
        .init(key: "x", value: .string(key.publicKey.rawRepresentation.base64URL)),
      ]))
  }

  /// The public key for those who verify; nil for a secret. Source: RFC 7517, section 4.
  var jwk: JSON? {
    guard let publicKey, let identifier else { return nil }
    let use: [JSONObject.Member] = [
      .init(key: "kid", value: .string(identifier)), .init(key: "use", value: "sig"),
      .init(key: "alg", value: .string(self.algorithm.rawValue)),
    ]
    return .object(JSONObject(use + publicKey.members))
  }
}

extension SigningKey {
  /// A private key as OpenSSL writes it: RSA of 2048 bits or more, P-256, or Ed25519.
  ///
  /// - Parameter name: What the message calls it; nothing of the text itself is told.
  init(pem: [UInt8], name: String) throws(Diagnostic) {
    // OpenSSL writes an EC key's parameters before the key.
    let whole = String(decoding: pem, as: UTF8.self)
    let text = String(whole.ranges(of: "-----BEGIN ").last.map { whole[$0.lowerBound...] } ?? "")
    if let key = try? P256.Signing.PrivateKey(pemRepresentation: text), let made = try? SigningKey(key) {
      self = made
    } else if let key = try? Curve25519.Signing.PrivateKey(pemRepresentation: text) {
      self = SigningKey(key)
    } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text), let made = try? SigningKey(key) {
      self = made
    } else {
      throw Diagnostic(
        "\(name) holds no private key that tokens are signed with here",
        fix: "have it hold one, as PEM and without a passphrase: RSA of 2048 bits or more, P-256, or Ed25519")
    }
  }
}
