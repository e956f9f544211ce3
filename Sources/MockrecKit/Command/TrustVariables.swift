import MockrecTransport

/// The variables by which common runtimes are told whom to believe.
enum TrustVariables {
  /// Each takes a PEM file of authorities.
  ///
  /// Source: the documentation of OpenSSL, curl, Python's requests, Node.js, botocore, gRPC, httplib2, git, pip, cargo,
  /// Deno, Nix and libwww-perl.
  static let names = [
    "SSL_CERT_FILE", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE",
    "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH", "HTTPLIB2_CA_CERTS", "GIT_SSL_CAINFO", "PIP_CERT", "CARGO_HTTP_CAINFO",
    "DENO_CERT", "NIX_SSL_CERT_FILE", "PERL_LWP_SSL_CA_FILE",
  ]

  static func values(bundle: String, keyStore: String, environment: [String: String]) -> [String: String] {
    var values = Dictionary(self.names.map { ($0, bundle) }, uniquingKeysWith: { $1 })
    let java = self.javaOptions(
      ["-Djavax.net.ssl.trustStore=\(keyStore)", "-Djavax.net.ssl.trustStorePassword=\(TrustBundle.password)"],
      environment: environment)
    values["JAVA_TOOL_OPTIONS"] = java
    return values
  }

  /// What a JVM is told, behind what the user tells it.
  static func javaOptions(_ options: [String], environment: [String: String]) -> String {
    ([environment["JAVA_TOOL_OPTIONS"]].compactMap { $0 } + options).filter { !$0.isEmpty }.joined(separator: " ")
  }
}
