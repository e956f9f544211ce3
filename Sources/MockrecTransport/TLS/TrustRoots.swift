import Foundation

/// Whose certificates are believed.
package enum TrustRoots {
  /// The file that `SSL_CERT_FILE` names, as OpenSSL's clients have it; nil for the system's own roots.
  package static let file: String? = ProcessInfo.processInfo.environment["SSL_CERT_FILE"].flatMap {
    $0.isEmpty ? nil : $0
  }
}
