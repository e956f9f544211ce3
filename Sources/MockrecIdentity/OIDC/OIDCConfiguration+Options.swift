import MockrecCore

extension OIDCConfiguration {
  /// What may be said of it below `fake:`.
  package static let options = [
    "issuer", "algorithm", "audience", "lifetime", "scopes", "clients", "users", "keys", "secret",
  ]

  /// - Throws: The first problem, with its place.
  package init(_ node: OverlayNode) throws(Diagnostic) {
    self.init()
    var fields = try OverlayFields(node, of: "the model oidc")
    if let issuer = fields.take("issuer") { self.issuer = try Self.issuer(issuer) }
    self.algorithm = try fields.take("algorithm")?.word("algorithm", of: SigningAlgorithm.self) ?? self.algorithm
    self.audience = try Self.texts(fields.take("audience"), "audience")
    if let lifetime = fields.take("lifetime") {
      let seconds = try lifetime.duration("lifetime").components.seconds
      guard seconds > 0 else { throw lifetime.problem("a token lives for a second at least", fix: "write 1s or more") }
      self.lifetime = Int(seconds)
    }
    self.scopes = try Self.texts(fields.take("scopes"), "scopes")
    self.keys = try Self.texts(fields.take("keys"), "keys")
    if let node = fields.take("secret") {
      let secret = Array(try node.text("secret").utf8)
      guard secret.count >= SigningKey.shortestSecret else {
        throw node.problem(
          "the secret of HS256 is shorter than \(SigningKey.shortestSecret) bytes",
          fix: "take a longer one (RFC 7518, 3.2)")
      }
      self.secret = secret
    }
    if let clients = fields.take("clients") { self.clients = try Self.clients(clients) }
    if let users = fields.take("users") { self.users = try Self.users(users) }
    try fields.finish(known: Self.options)
  }

  private static func issuer(_ node: OverlayNode) throws(Diagnostic) -> String {
    let text = try node.text("issuer")
    guard let address = WebAddress(text), !address.hadCredentials, !text.contains("#"), !text.contains("?") else {
      throw node.problem("the issuer `\(text)` is no URL", fix: "write one such as https://login.example.com")
    }
    return text
  }

  private static func texts(_ node: OverlayNode?, _ name: String) throws(Diagnostic) -> [String] {
    guard let node else { return [] }
    var texts: [String] = []
    for node in try node.list(name) { texts.append(try node.text(name)) }
    return texts
  }

  private static func clients(_ node: OverlayNode) throws(Diagnostic) -> [Client] {
    var clients: [Client] = []
    for field in try OverlayFields(node, of: "`clients`").fields {
      var fields = try OverlayFields(field.value, of: "the client \(field.name)")
      var client = Client(name: field.name)
      client.secret = try fields.take("secret")?.text("secret")
      client.redirects = try self.texts(fields.take("redirect"), "redirect")
      for redirect in client.redirects where !OIDCRedirect.isPlace(redirect) {
        throw field.key.problem(
          "the client \(field.name) cannot be sent back to `\(redirect)`",
          fix: "write a whole address without a fragment, such as http://127.0.0.1:8080/callback")
      }
      if let claims = fields.take("claims") { client.claims = try self.claims(claims, of: "`claims`") }
      try fields.finish(known: ["secret", "redirect", "claims"])
      clients.append(client)
    }
    return clients
  }

  private static func users(_ node: OverlayNode) throws(Diagnostic) -> [User] {
    var users: [User] = []
    for field in try OverlayFields(node, of: "`users`").fields {
      var fields = try OverlayFields(field.value, of: "the user \(field.name)")
      var user = User(name: field.name)
      user.password = try fields.take("password")?.text("password")
      user.claims = JSONObject(fields.fields.map { .init(key: $0.name, value: $0.value.json) })
      users.append(user)
    }
    return users
  }

  private static func claims(_ node: OverlayNode, of owner: String) throws(Diagnostic) -> JSONObject {
    JSONObject(try OverlayFields(node, of: owner).fields.map { .init(key: $0.name, value: $0.value.json) })
  }
}
