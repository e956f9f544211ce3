import Crypto
import Foundation
import MockrecCore
import NIOCore
import NIOSSL
import SwiftASN1
import Synchronization
import X509

/// A certificate authority of this machine's own: who trusts it believes what mockrec answers in the name of others.
///
/// Its key never leaves `directory`, and only its owner can read it there.
package final class LocalAuthority: Sendable {
  /// A certificate and its key, as a TLS handshake takes them.
  package struct Identity: Sendable {
    var chain: [NIOSSLCertificateSource]
    var key: NIOSSLPrivateKeySource
  }

  private static let certificateFile = "ca.pem"
  private static let keyFile = "ca.key"
  private static let years = 10.0
  /// Browsers and the clients of Apple take no certificate that is valid for longer.
  private static let leafDays = 365.0
  /// Names that clients may ask for; older ones are signed again.
  private static let maximumLeaves = 1024

  private let certificate: Certificate
  private let key: Certificate.PrivateKey
  /// All leaves have one key: what costs is to make it, and none of them leaves the process.
  private let leafKey = P256.Signing.PrivateKey()
  private let leaves = Mutex<[String: Identity]>([:])
  /// The certificate, as clients are told to trust it.
  package let pem: String

  private init(_ certificate: Certificate, _ key: Certificate.PrivateKey) throws {
    self.certificate = certificate
    self.key = key
    self.pem = try certificate.serializeAsPEM().pemString + "\n"
  }

  /// Where the certificate lies in a folder of an authority.
  package static func path(in directory: String) -> String { "\(directory)/\(self.certificateFile)" }

  /// An authority that nobody else has, for as long as the process lives.
  package static func temporary() throws -> LocalAuthority {
    let key = P256.Signing.PrivateKey()
    return try LocalAuthority(self.root(key), Certificate.PrivateKey(key))
  }

  /// The authority of a folder, made where there is none yet, or where it has expired.
  ///
  /// - Returns: `isNew` where clients have to be told to trust it.
  /// - Throws: A `Diagnostic` for a folder that cannot be read or written, or holds something else.
  package static func open(_ directory: String) throws -> (authority: LocalAuthority, isNew: Bool) {
    let paths = (certificate: self.path(in: directory), key: "\(directory)/\(self.keyFile)")
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      // Of two runs that begin together, one makes it and the other reads it.
      let lock = try FileLock("\(directory)/lock")
      defer { lock.release() }
      if let pem = try self.text(paths.certificate), let keyPEM = try self.text(paths.key) {
        // Who has the key can pretend to be any service towards those who trust the authority.
        try PrivateFile.checkPrivacy(of: paths.key)
        let certificate = try Certificate(pemEncoded: pem)
        if certificate.notValidAfter > Date() {
          let key = try P256.Signing.PrivateKey(pemRepresentation: keyPEM)
          guard certificate.publicKey == Certificate.PublicKey(key.publicKey) else {
            throw Diagnostic("the key does not belong to the certificate")
          }
          return (try LocalAuthority(certificate, Certificate.PrivateKey(key)), false)
        }
      }
      let key = P256.Signing.PrivateKey()
      let authority = try LocalAuthority(self.root(key), Certificate.PrivateKey(key))
      // Nobody is to commit the key by accident.
      try PrivateFile.write(Array("*\n".utf8), to: "\(directory)/.gitignore", mode: 0o644)
      // The key first: a certificate without one would be of no use to the next run.
      try PrivateFile.write(Array((key.pemRepresentation + "\n").utf8), to: paths.key, mode: 0o600)
      try PrivateFile.write(Array(authority.pem.utf8), to: paths.certificate, mode: 0o644)
      return (authority, true)
    } catch let error as CocoaError {
      throw Diagnostic(
        "the certificate authority in \(directory) cannot be used: \(error.localizedDescription)",
        fix: "have the folder writable and its files readable, or remove it")
    } catch let error as Diagnostic where error.message.contains("cannot be written") {
      throw Diagnostic(
        "the certificate authority in \(directory) cannot be made: \(error.message)",
        fix: "make room, or have the folder writable")
    } catch {
      throw Diagnostic(
        "the certificate authority in \(directory) cannot be used: \((error as? Diagnostic)?.message ?? "\(error)")",
        fix: "remove \(directory): the next run makes a new one, which clients have to be told to trust")
    }
  }

  private static func text(_ path: String) throws -> String? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  private static func root(_ key: P256.Signing.PrivateKey) throws -> Certificate {
    // People who look through a list of authorities should know whose it is.
    let name = try DistinguishedName {
      OrganizationName("mockrec")
      CommonName("mockrec local CA \(Certificate.SerialNumber().bytes.prefix(4).map { hex($0) }.joined())")
    }
    let now = Date()
    return try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
      notValidBefore: now.addingTimeInterval(-86_400), notValidAfter: now.addingTimeInterval(self.years * 365 * 86_400),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
        SubjectKeyIdentifier(hash: .init(key.publicKey))
      }, issuerPrivateKey: .init(key))
  }

  /// A certificate for a name or an address. Made once for each: a signature, well under a millisecond.
  package func identity(for name: String) throws -> Identity {
    let name = name.lowercased()
    if let known = self.leaves.withLock({ $0[name] }) { return known }
    let made = try self.issue(name)
    self.leaves.withLock { leaves in
      if leaves.count >= Self.maximumLeaves { leaves.removeAll() }
      leaves[name] = made
    }
    return made
  }

  private func issue(_ name: String) throws -> Identity {
    let now = Date()
    let isLoopback = ["localhost", "127.0.0.1", "::1"].contains(name)
    let names = isLoopback ? ["localhost", "127.0.0.1", "::1"] : [name]
    let leaf = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(self.leafKey.publicKey),
      notValidBefore: max(now.addingTimeInterval(-86_400), self.certificate.notValidBefore),
      notValidAfter: min(now.addingTimeInterval(Self.leafDays * 86_400), self.certificate.notValidAfter),
      issuer: self.certificate.subject, subject: try DistinguishedName { CommonName(String(name.prefix(64))) },
      signatureAlgorithm: .ecdsaWithSHA256,
      extensions: try Certificate.Extensions {
        Critical(BasicConstraints.notCertificateAuthority)
        Critical(KeyUsage(digitalSignature: true))
        try ExtendedKeyUsage([.serverAuth])
        SubjectAlternativeNames(names.map { Self.alternativeName($0) })
        SubjectKeyIdentifier(hash: .init(self.leafKey.publicKey))
        AuthorityKeyIdentifier(
          keyIdentifier: try self.certificate.extensions.subjectKeyIdentifier?.keyIdentifier)
      }, issuerPrivateKey: self.key)
    var serializer = DER.Serializer()
    try serializer.serialize(leaf)
    return Identity(
      chain: [.certificate(try NIOSSLCertificate(bytes: serializer.serializedBytes, format: .der))],
      key: .privateKey(try NIOSSLPrivateKey(bytes: Array(self.leafKey.derRepresentation), format: .der)))
  }

  private static func alternativeName(_ name: String) -> GeneralName {
    switch try? SocketAddress(ipAddress: name, port: 0) {
    case .v4(let address)?:
      return .ipAddress(ASN1OctetString(contentBytes: withUnsafeBytes(of: address.address.sin_addr) { Array($0)[...] }))
    case .v6(let address)?:
      return .ipAddress(
        ASN1OctetString(contentBytes: withUnsafeBytes(of: address.address.sin6_addr) { Array($0)[...] }))
    default: return .dnsName(name)
    }
  }

  private static func hex(_ byte: UInt8) -> String { String(UInt16(byte) | 0x100, radix: 16).dropFirst().description }
}
