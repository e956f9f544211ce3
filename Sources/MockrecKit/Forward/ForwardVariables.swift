import Foundation
import MockrecCore

/// The variables by which common runtimes are told to ask through a forward proxy.
enum ForwardVariables {
  /// - Parameters:
  ///   - port: The proxy's, on 127.0.0.1.
  ///   - nodeScript: Told to Node.js, which heeds no such variable before version 24; see `NodeProxy`.
  ///   - environment: That of mockrec itself. Its NO_PROXY is left as it is.
  static func values(port: Int, nodeScript: String, environment: [String: String]) -> [String: String] {
    let address = "http://127.0.0.1:\(port)"
    var values: [String: String] = [:]
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] { values[name] = address }
    values["NODE_USE_ENV_PROXY"] = "1"
    values["NODE_OPTIONS"] = [environment["NODE_OPTIONS"] ?? "", "--require \"\(nodeScript)\""]
      .filter { !$0.isEmpty }.joined(separator: " ")
    return values
  }

  /// What a JVM is told, which does not look at variables. Without NO_PROXY it asks even this machine through the proxy.
  static func javaOptions(port: Int, environment: [String: String]) -> [String] {
    let excluded = environment["NO_PROXY"] ?? environment["no_proxy"] ?? ""
    let hosts = excluded.split(separator: ",").map { host in
      let host = host.filter { !$0.isWhitespace }
      return host.hasPrefix(".") ? "*\(host)" : host
    }
    return [
      "-Dhttp.proxyHost=127.0.0.1", "-Dhttp.proxyPort=\(port)", "-Dhttps.proxyHost=127.0.0.1",
      "-Dhttps.proxyPort=\(port)", "-Dhttp.nonProxyHosts=\(hosts.joined(separator: "|"))",
    ]
  }
}
