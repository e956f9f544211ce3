import MockrecCore

extension OIDCProvider {
  /// Whom it knows and what it has given, without passwords, secrets, codes and tokens.
  package func contents(now: Int64) -> JSON {
    let users = self.configuration.users.map { JSONObject.Member(key: $0.name, value: .object($0.claims)) }
    let clients = self.configuration.clients.map { client in
      JSONObject.Member(
        key: client.name,
        value: ["redirect": .array(client.redirects.map { .string($0) }), "claims": .object(client.claims)])
    }
    return [
      "users": .object(JSONObject(users)), "clients": .object(JSONObject(clients)),
      "codes": .array(
        self.codes.all(now: now).map { code, end in
          Self.shown(code.grant, end - now, ("isUsed", .bool(code.isUsed)))
        }),
      "accessTokens": .array(self.accessTokens.all(now: now).map { Self.shown($0, $1 - now) }),
      "refreshTokens": .array(self.refreshTokens.all(now: now).map { Self.shown($0, $1 - now) }),
    ]
  }

  private static func shown(_ grant: OIDCGrant, _ left: Int64, _ more: (String, JSON)...) -> JSON {
    let members: [(String, JSON)] = [
      ("client", .string(grant.client)), ("user", grant.user.map { .string($0.name) } ?? .null),
      ("scopes", .array(grant.scopes.map { .string($0) })), ("ttl", .number(JSONNumber(Int(left)))),
    ]
    return .object(JSONObject((members + more).map { .init(key: $0.0, value: $0.1) }))
  }

  private static let given = ["codes", "accessTokens", "refreshTokens"]

  /// Adds users and clients, by the words of mockrec.yaml. Of who is there already, what is not said stays: all of it, or
  /// when replacing the password or secret, which nobody is shown.
  ///
  /// Codes and tokens stand in what is shown, and are passed over: nobody could tell whose they are.
  ///
  /// - Parameter replacing: Whether nobody else is known then, and nothing that was given is good any more.
  package mutating func seed(_ node: OverlayNode, replacing: Bool) throws(Diagnostic) {
    var fields = try OverlayFields(node, of: "the state of the model oidc")
    let (users, clients) = (fields.take("users"), fields.take("clients"))
    for name in Self.given { if let shown = fields.take(name) { _ = try shown.list(name) } }
    try fields.finish(known: ["users", "clients"])
    let before = replacing ? self.configuration.secretsAlone : self.configuration
    let newUsers = try users.map { node throws(Diagnostic) in
      try OIDCConfiguration.users(node, changing: before.users)
    }
    let newClients = try clients.map { node throws(Diagnostic) in
      try OIDCConfiguration.clients(node, changing: before.clients)
    }
    if replacing {
      (self.configuration.users, self.configuration.clients) = ([], [])
      self.codes.removeAll { _ in true }
      self.accessTokens.removeAll { _ in true }
      self.refreshTokens.removeAll { _ in true }
    }
    for user in newUsers ?? [] {
      self.configuration.users.put(user) { $0.name == user.name }
    }
    for client in newClients ?? [] {
      self.configuration.clients.put(client) { $0.name == client.name }
    }
  }
}

extension OIDCConfiguration {
  /// Of whom it knows only what is not shown.
  fileprivate var secretsAlone: Self {
    var rest = self
    rest.users = self.users.map { User(name: $0.name, password: $0.password) }
    rest.clients = self.clients.map { Client(name: $0.name, secret: $0.secret) }
    return rest
  }
}

extension Array {
  /// In the place of the one that is the same; behind all where there is none.
  fileprivate mutating func put(_ element: Element, isSame: (Element) -> Bool) {
    if let place = self.firstIndex(where: isSame) { self[place] = element } else { self.append(element) }
  }
}
