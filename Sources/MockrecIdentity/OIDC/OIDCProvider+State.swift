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

  /// Adds users and clients, by the words of mockrec.yaml; who is there already is changed.
  ///
  /// - Parameter replacing: Whether nobody else is known then, and nothing that was given is good any more.
  package mutating func seed(_ node: OverlayNode, replacing: Bool) throws(Diagnostic) {
    var fields = try OverlayFields(node, of: "the state of the model oidc")
    _ = (fields.take("users"), fields.take("clients"))
    try fields.finish(known: ["users", "clients"])
    let more = try OIDCConfiguration(node)
    if replacing {
      (self.configuration.users, self.configuration.clients) = ([], [])
      self.codes.removeAll { _ in true }
      self.accessTokens.removeAll { _ in true }
      self.refreshTokens.removeAll { _ in true }
    }
    for user in more.users {
      self.configuration.users.removeAll { $0.name == user.name }
      self.configuration.users.append(user)
    }
    for client in more.clients {
      self.configuration.clients.removeAll { $0.name == client.name }
      self.configuration.clients.append(client)
    }
  }
}
