import Foundation
import MockrecCore
import MockrecTransport

extension Mockrec {
  /// Where the certificate of mockrec's own authority lies. It is made where there is none yet.
  ///
  /// It stands in `.mockrec/ca` beside the nearest mockrec.yaml, or of the working directory where there is none.
  ///
  /// - Returns: An absolute path of a PEM file.
  /// - Throws: `Failure` for a folder that cannot be written, or that holds something else.
  public static func authorityPath(environment: [String: String]) throws -> String {
    let stateDirectory = try self.stateDirectory(config: nil, environment: environment)
    let directory = URL(fileURLWithPath: RunAuthority.directory(in: stateDirectory)).standardizedFileURL.path
    do {
      _ = try LocalAuthority.open(directory)
    } catch let problem as Diagnostic {
      throw Failure(ExitStatus.finding, problem.description)
    }
    return LocalAuthority.path(in: directory)
  }

  /// How clients are told to trust the authority at this path.
  public static func authorityHint(path: String) -> String {
    let quoted = path.contains { !$0.isLetter && !$0.isNumber && !"/._-".contains($0) } ? "'\(path)'" : path
    return """
      A command behind `--` is told to trust it. Everybody else is told by one of these:

        curl                 curl --cacert \(quoted) …
        most programs        export SSL_CERT_FILE=\(quoted)
        Python's requests    export REQUESTS_CA_BUNDLE=\(quoted)
        Node.js              export NODE_EXTRA_CA_CERTS=\(quoted)
        boto3, aws           export AWS_CA_BUNDLE=\(quoted)
        Java                 keytool -importcert -noprompt -alias mockrec -file \(quoted) \\
                               -keystore mockrec.jks -storepass changeit
                             export JAVA_TOOL_OPTIONS="-Djavax.net.ssl.trustStore=mockrec.jks \\
                               -Djavax.net.ssl.trustStorePassword=changeit"
        Debian, Ubuntu       sudo cp \(quoted) /usr/local/share/ca-certificates/mockrec.crt
                             sudo update-ca-certificates
        Fedora, RHEL         sudo trust anchor \(quoted)

      All but Node.js and the system's stores take it in the place of the usual authorities. Whoever has the key beside it can
      pretend to be anybody towards those who trust it: keep it on this machine, and remove it when done.

      """
  }
}
