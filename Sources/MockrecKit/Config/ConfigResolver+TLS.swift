import MockrecCore

extension ConfigResolver {
  /// TLS towards clients, and towards the real service.
  mutating func resolveTLS(
    _ written: UserConfig.Service, _ wire: ConfigContext.KnownWire?, into settings: inout ServiceSettings
  ) {
    settings.tls = self.flag(written.tls, "tls") ?? false
    if let tls = written.tls, settings.tls, let wire, !wire.takesTLS {
      self.report("the wire `\(wire.name)` is not spoken over TLS", at: tls, fix: "remove `tls`")
    }
    settings.realTLS.authorities = written.authorities.map { self.path($0) }
    settings.realTLS.certificate = written.certificate.map { self.path($0) }
    settings.realTLS.key = written.key.map { self.path($0) }
    settings.realTLS.serverName = written.serverName?.text
    settings.realTLS.verifies = !(self.flag(written.insecure, "insecure") ?? false)
    let uses = [
      ("ca", written.authorities), ("cert", written.certificate), ("key", written.key),
      ("server-name", written.serverName), ("insecure", written.insecure),
    ]
    guard let (name, value) = uses.first(where: { $0.1 != nil }), let value else { return }
    // An address with a variable that is not set has no scheme yet.
    if let url = try? settings.real?.url(), let wire, !wire.secureSchemes.contains(url.scheme.lowercased()) {
      self.report(
        "`\(name)` is for a real service over TLS, and `real` begins with \(url.scheme)://", at: value,
        fix: wire.secureSchemes.first.map { "write \($0)://, or remove `\(name)`" } ?? "remove `\(name)`")
    }
    if let key = written.key, written.certificate == nil {
      self.report("`key` goes with `cert`", at: key, fix: "name the client's certificate as well: `cert: FILE`")
    }
  }

  private mutating func flag(_ written: UserConfig.Written?, _ name: String) -> Bool? {
    guard let written else { return nil }
    if let flag = Bool(written.text) { return flag }
    self.report("`\(name)` is true or false, not `\(written.text)`", at: written, fix: "write `\(name): true`")
    return nil
  }
}
