import MockrecCore

extension OIDCProvider {
  /// What an access token says. Source: RFC 9068, section 2.2.
  func accessClaims(
    _ grant: OIDCGrant, _ client: OIDCConfiguration.Client, identifier: String, now: Int64
  ) -> JSONObject {
    let configured = self.configuration.audience
    let audience: JSON =
      if let asked = grant.audience {
        .string(asked)
      } else if configured.count > 1 {
        .array(configured.map(JSON.string))
      } else {
        .string(configured.first ?? client.name)
      }
    var members: [JSONObject.Member] = [
      .init(key: "iss", value: .string(grant.issuer)),
      .init(key: "sub", value: .string(grant.user?.subject ?? client.name)), .init(key: "aud", value: audience),
      .init(key: "client_id", value: .string(client.name)),
    ]
    if !grant.scopes.isEmpty {
      members.append(.init(key: "scope", value: .string(grant.scopes.joined(separator: " "))))
    }
    members += self.times(now)
    members.append(.init(key: "jti", value: .string(identifier)))
    return Self.adding(grant.user.map { Self.claims(of: $0, grant.scopes) } ?? client.claims.members, to: members)
  }

  /// What an ID token says. Source: OpenID Connect Core 1.0, section 2.
  func idClaims(_ grant: OIDCGrant, _ user: OIDCConfiguration.User, now: Int64) -> JSONObject {
    var members: [JSONObject.Member] = [
      .init(key: "iss", value: .string(grant.issuer)), .init(key: "sub", value: .string(user.subject)),
      .init(key: "aud", value: .string(grant.client)),
    ]
    members += self.times(now)
    members.append(.init(key: "auth_time", value: .number(JSONNumber(grant.signedIn))))
    if let nonce = grant.nonce { members.append(.init(key: "nonce", value: .string(nonce))) }
    return Self.adding(Self.claims(of: user, grant.scopes), to: members)
  }

  private func times(_ now: Int64) -> [JSONObject.Member] {
    let second = now / 1000
    return [
      .init(key: "iat", value: .number(JSONNumber(second))),
      .init(key: "exp", value: .number(JSONNumber(second + Int64(self.configuration.lifetime)))),
    ]
  }

  /// A claim that the configuration has takes the place of one that would be made.
  private static func adding(_ claims: [JSONObject.Member], to members: [JSONObject.Member]) -> JSONObject {
    claims.reduce(JSONObject(members)) { $0.setting($1.key, to: $1.value) }
  }

  /// A user's claims, without those that a scope stands for which was not asked for.
  static func claims(of user: OIDCConfiguration.User, _ scopes: [String]) -> [JSONObject.Member] {
    user.claims.members.filter { member in
      let scope = Self.scopes.first { $0.claims.contains(member.key) }?.scope
      return scope.map { scopes.contains($0) } ?? true
    }
  }

  /// Source: OpenID Connect Core 1.0, section 5.4.
  private static let scopes: [(scope: String, claims: Set<String>)] = [
    (
      "profile",
      [
        "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username", "profile", "picture",
        "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
      ]
    ),
    ("email", ["email", "email_verified"]),
    ("address", ["address"]),
    ("phone", ["phone_number", "phone_number_verified"]),
  ]
}
