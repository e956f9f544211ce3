import Foundation
import MockrecCore
import MockrecTransport
import Synchronization

/// The certificate authority of a run whose listeners speak TLS, and how the run's command is told to trust it.
final class RunAuthority: Sendable {
  private let directory: String?
  private let console: Console
  private let opened = Mutex<LocalAuthority?>(nil)

  /// - Parameter stateDirectory: `.mockrec`; nil for an authority that ends with the run.
  init(stateDirectory: String?, console: Console) {
    self.directory = stateDirectory.map { Self.directory(in: $0) }
    self.console = console
  }

  static func directory(in stateDirectory: String) -> String { "\(stateDirectory)/ca" }

  /// Opened, and made where there is none, by the first who needs it.
  func authority() throws -> LocalAuthority {
    try self.opened.withLock { opened in
      if let opened { return opened }
      let authority: LocalAuthority
      if let directory = self.directory {
        let (found, isNew) = try LocalAuthority.open(directory)
        authority = found
        if isNew {
          self.console.message(
            "a certificate authority was made: \(LocalAuthority.path(in: directory)); clients have to trust it "
              + "(mockrec ca install-hint), which a command behind -- is told to\n")
        }
      } else {
        authority = try LocalAuthority.temporary()
      }
      opened = authority
      return authority
    }
  }

  /// The certificate as PEM; nil where nothing of the run needed it.
  var pem: String? { self.opened.withLock { $0?.pem } }

  /// What tells a command to trust it; nothing where no listener speaks TLS.
  func environment() throws -> [String: String] {
    guard let pem = self.pem, let directory = self.directory else { return [:] }
    let environment = ProcessInfo.processInfo.environment
    let files = TrustVariables.names.compactMap { environment[$0] }.filter { !$0.isEmpty }
    let paths = try TrustBundle(authority: pem, files: files).write(to: Self.absolute(directory))
    return TrustVariables.values(bundle: paths.pem, keyStore: paths.keyStore, environment: environment)
  }

  private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
}
