import Crypto
import CryptoExtras
import Foundation
import MockrecCore
import Synchronization

/// The keys of a mock, one for each algorithm.
///
/// Those that the user does not give are kept between runs where there is a place to keep them. Elsewhere they are
/// derived from the run's seed, so that the same seed gives the same tokens; RSA's is made once a process, for its primes
/// cannot be had from a seed.
package final class SigningKeys: Sendable {
  private let given: [SigningAlgorithm: SigningKey]
  private let seed: UInt64
  private let files: PrivateFiles
  private let made = Mutex<[SigningAlgorithm: SigningKey]>([:])

  /// - Parameters:
  ///   - given: Keys of the user's, by the names of their files, as PEM; of HS256 a secret.
  ///   - seed: What keys are derived from that are neither given nor kept.
  /// - Throws: A `Diagnostic` for a key that is none, and for two of one algorithm.
  package init(
    given: [(name: String, pem: [UInt8])] = [], secret: [UInt8]? = nil, seed: UInt64, files: PrivateFiles = .none
  ) throws(Diagnostic) {
    var keys: [SigningAlgorithm: SigningKey] = [:]
    if let secret { keys[.hs256] = try SigningKey(secret: secret) }
    for (name, pem) in given {
      let key = try SigningKey(pem: pem, name: name)
      guard keys.updateValue(key, forKey: key.algorithm) == nil else {
        throw Diagnostic(
          "\(name) holds a second key for \(key.algorithm.rawValue)", fix: "give one key for each algorithm")
      }
    }
    self.given = keys
    self.seed = seed
    self.files = files
  }

  /// The key for an algorithm, made when it is first asked for: a tenth of a second for RSA, nothing for the others.
  func key(_ algorithm: SigningAlgorithm) throws(Diagnostic) -> SigningKey {
    if let key = self.given[algorithm] { return key }
    let result = self.made.withLock { made -> Result<SigningKey, Diagnostic> in
      if let key = made[algorithm] { return .success(key) }
      do throws(Diagnostic) {
        let key = try self.make(algorithm)
        made[algorithm] = key
        return .success(key)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func make(_ algorithm: SigningAlgorithm) throws(Diagnostic) -> SigningKey {
    guard let keep = self.files.keep else { return try self.derived(algorithm) }
    let name = algorithm.rawValue.lowercased() + (algorithm.isSymmetric ? ".secret" : ".pem")
    let bytes = try keep(name) { Array((Self.fresh(algorithm) + "\n").utf8) }
    guard algorithm.isSymmetric else { return try SigningKey(pem: bytes, name: name) }
    return try SigningKey(secret: Array(bytes.prefix { $0 != UInt8(ascii: "\n") }))
  }

  /// A key that nobody else has, as it is kept.
  private static func fresh(_ algorithm: SigningAlgorithm) -> String {
    switch algorithm {
    case .hs256: SymmetricKey(size: .bits256).withUnsafeBytes { $0.base64URL }
    case .rs256: self.newRSA().pemRepresentation
    case .es256: P256.Signing.PrivateKey().pemRepresentation
    case .edDSA: Curve25519.Signing.PrivateKey().pemRepresentation
    }
  }

  /// RSA's key of processes that keep none.
  private static let processKey = newRSA()

  private static func newRSA() -> _RSA.Signing.PrivateKey {
    do {
      return try _RSA.Signing.PrivateKey(keySize: .bits2048)
    } catch {
      preconditionFailure("BoringSSL makes no RSA key: \(error)")
    }
  }

  private func derived(_ algorithm: SigningAlgorithm) throws(Diagnostic) -> SigningKey {
    do {
      switch algorithm {
      case .hs256: return try SigningKey(secret: Array(self.bytes(algorithm, attempt: 0).base64URL.utf8))
      case .rs256: return try SigningKey(Self.processKey)
      case .edDSA:
        return SigningKey(try Curve25519.Signing.PrivateKey(rawRepresentation: self.bytes(algorithm, attempt: 0)))
      case .es256:
        // One number in 2³² is no key of the curve.
        var attempt = 0
        while true {
          if let key = try? P256.Signing.PrivateKey(rawRepresentation: self.bytes(algorithm, attempt: attempt)) {
            return try SigningKey(key)
          }
          attempt += 1
        }
      }
    } catch {
      throw (error as? Diagnostic) ?? Diagnostic("no key for \(algorithm.rawValue) can be made")
    }
  }

  private func bytes(_ algorithm: SigningAlgorithm, attempt: Int) -> [UInt8] {
    Array(SHA256.hash(data: Array("mockrec \(algorithm.rawValue) \(attempt) \(self.seed)".utf8)))
  }

  /// The public keys, for those who verify: never the secret of HS256. Source: RFC 7517, section 5.
  package func jwks() throws(Diagnostic) -> JSON {
    var keys: [JSON] = []
    for algorithm in SigningAlgorithm.allCases {
      if let jwk = try self.key(algorithm).jwk { keys.append(jwk) }
    }
    return ["keys": .array(keys)]
  }

  /// What names an algorithm's public key in tokens and in `jwks()`; nil for HS256.
  package func identifier(_ algorithm: SigningAlgorithm) throws(Diagnostic) -> String? {
    try self.key(algorithm).identifier
  }
}
