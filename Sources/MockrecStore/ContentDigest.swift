import Crypto

/// Digests that contracts ask for.
package enum ContentDigest {
  package static func sha256(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

  /// For comparing with what a service publishes: it protects nothing.
  package static func md5(_ bytes: [UInt8]) -> [UInt8] { Array(Insecure.MD5.hash(data: bytes)) }
}
