import ArgumentParser
import MockrecCore

/// How a real service over TLS is asked, where no mockrec.yaml says it.
struct TLSOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Without mockrec.yaml: believe these authorities of the real service.", valueName: "file"))
  var ca: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: the client's certificate for the real service.", valueName: "file"))
  var cert: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: its key, where --cert does not hold it.", valueName: "file"))
  var key: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: the name that the real service has to prove.", valueName: "name"))
  var serverName: String?

  @Flag(help: "Without mockrec.yaml: believe whoever answers for the real service.")
  var insecure = false

  var settings: ClientTLS {
    var tls = ClientTLS()
    (tls.authorities, tls.certificate, tls.key) = (self.ca, self.cert, self.key)
    (tls.serverName, tls.verifies) = (self.serverName, !self.insecure)
    return tls
  }

  /// The options that are given, as they are written.
  var names: [String] {
    let all = [
      ("--ca", self.ca), ("--cert", self.cert), ("--key", self.key), ("--server-name", self.serverName),
      ("--insecure", self.insecure ? "" : nil),
    ]
    return all.filter { $0.1 != nil }.map(\.0)
  }
}
