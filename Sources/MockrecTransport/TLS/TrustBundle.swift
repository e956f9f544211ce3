import Crypto
import Foundation
import MockrecCore

/// Whom a command believes that runs beside mockrec: whom it believed before, and mockrec's own authority.
package struct TrustBundle: Sendable {
  /// Where Debian, Fedora, SUSE and Alpine keep the system's roots.
  private static let systemFiles = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
  ]
  private static let beginning = "-----BEGIN CERTIFICATE-----"
  private static let ending = "-----END CERTIFICATE-----"

  /// Each certificate once, as the lines between its marks.
  private var certificates: [String] = []

  /// - Parameter files: PEM files beside the system's roots; what cannot be read is left out.
  package init(authority: String, files: [String]) {
    var seen: Set<String> = []
    let system = Self.systemFiles.first { FileManager.default.fileExists(atPath: $0) }
    for file in [system].compactMap({ $0 }) + files {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { continue }
      for block in Self.blocks(text) where seen.insert(block).inserted { self.certificates.append(block) }
    }
    for block in Self.blocks(authority) where seen.insert(block).inserted { self.certificates.append(block) }
  }

  private static func blocks(_ text: String) -> [String] {
    text.components(separatedBy: self.beginning).dropFirst().compactMap { part in
      part.range(of: self.ending).map { part[..<$0.lowerBound].filter { !$0.isWhitespace } }
    }
  }

  /// As most programs take it.
  package var pem: String {
    self.certificates.map { block in
      var lines: [Substring] = []
      var rest = block[...]
      while !rest.isEmpty {
        lines.append(rest.prefix(64))
        rest = rest.dropFirst(64)
      }
      return ([Self.beginning[...]] + lines + [Self.ending[...]]).joined(separator: "\n") + "\n"
    }.joined()
  }

  /// As Java takes it: a key store of trusted certificates in the format JKS, version 2.
  ///
  /// Source: the Java Security Standard Algorithm Names name the format; its layout is that of `JavaKeyStore` in OpenJDK:
  /// magic number, version, count, then for each entry a tag (2), an alias, a date in milliseconds, a type and the
  /// certificate, and at the end a SHA-1 over password, a salt and all before.
  package func keyStore(password: String) -> [UInt8] {
    var bytes: [UInt8] = []
    func append<Integer: FixedWidthInteger>(_ value: Integer) {
      withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
    func append(_ text: String) {
      append(UInt16(text.utf8.count))
      bytes.append(contentsOf: text.utf8)
    }
    let decoded = self.certificates.compactMap { Data(base64Encoded: $0) }
    append(UInt32(0xFEED_FEED))
    append(UInt32(2))
    append(UInt32(decoded.count))
    for (index, certificate) in decoded.enumerated() {
      append(UInt32(2))
      append("trusted-\(index)")
      append(UInt64(0))
      append("X.509")
      append(UInt32(certificate.count))
      bytes.append(contentsOf: certificate)
    }
    var hash = Insecure.SHA1()
    hash.update(data: password.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    hash.update(data: Array("Mighty Aphrodite".utf8))
    hash.update(data: bytes)
    return bytes + Array(hash.finalize())
  }

  /// Writes both forms into a folder.
  package func write(to directory: String) throws -> (pem: String, keyStore: String) {
    let paths = (pem: "\(directory)/bundle.pem", keyStore: "\(directory)/bundle.jks")
    try PrivateFile.write(Array(self.pem.utf8), to: paths.pem, mode: 0o644)
    try PrivateFile.write(self.keyStore(password: Self.password), to: paths.keyStore, mode: 0o644)
    return paths
  }

  /// Nothing in the key store is secret, but Java wants one.
  package static let password = "changeit"
}
