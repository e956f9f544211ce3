import MockrecCore

/// What a client has to show for a token. Source: RFC 6749, sections 4.1.3, 4.3.2, 4.4.2 and 6.
enum GrantType: String, CaseIterable {
  case code = "authorization_code"
  case client = "client_credentials"
  case password
  case refresh = "refresh_token"
}

extension OIDCProvider {
  mutating func token(_ request: OIDCRequest, now: Int64) throws(OAuthError) -> OIDCResponse {
    let form = try OAuthParameters(form: request)
    let word = try form.required("grant_type")
    guard let type = GrantType(rawValue: word) else {
      let known = GrantType.allCases.map(\.rawValue)
      let nearest = nearestWord(to: word, among: known).map { "; the nearest is \($0)" } ?? ""
      throw OAuthError(
        .unsupportedGrantType, "grant_type is one of \(known.joined(separator: ", ")), and not \(word)\(nearest)")
    }
    let client = try self.client(of: request, form)
    let grant: OIDCGrant
    switch type {
    case .code: grant = try self.redeem(form, client, now: now)
    case .refresh: grant = try self.refresh(form, client, now: now)
    case .client:
      guard self.configuration.clients.isEmpty || client.secret != nil else {
        throw OAuthError(.unauthorizedClient, "the client \(client.name) has no secret, and so no tokens of its own")
      }
      grant = try self.grant(nil, request, form, client, now: now)
    case .password:
      let name = try form.required("username")
      let password = try form.required("password")
      guard let user = self.configuration.user(name), user.password == nil || user.password == password else {
        throw OAuthError(.invalidGrant, "there is no such user, or the password is another")
      }
      grant = try self.grant(user, request, form, client, now: now)
    }
    return try self.issue(grant, client, now: now)
  }

  private mutating func grant(
    _ user: OIDCConfiguration.User?, _ request: OIDCRequest, _ form: OAuthParameters,
    _ client: OIDCConfiguration.Client, now: Int64
  ) throws(OAuthError) -> OIDCGrant {
    try self.checkScopes(form.scopes)
    return OIDCGrant(
      number: self.nextGrant(), client: client.name, user: user, scopes: form.scopes,
      audience: form["audience"] ?? form["resource"], issuer: self.issuer(for: request), signedIn: now / 1000)
  }

  /// What a code stands for, once: a code that comes twice was stolen, and takes back what it gave.
  ///
  /// Source: RFC 6749, section 4.1.2; RFC 7636, section 4.6.
  private mutating func redeem(
    _ form: OAuthParameters, _ client: OIDCConfiguration.Client, now: Int64
  ) throws(OAuthError) -> OIDCGrant {
    let code = try form.required("code")
    guard let known = self.codes.value(code, now: now) else {
      throw OAuthError(.invalidGrant, "the code is unknown or has expired")
    }
    guard !known.isUsed else {
      self.takeBack(known.grant.number)
      throw OAuthError(.invalidGrant, "the code was used before; what it gave is taken back")
    }
    guard known.grant.client == client.name else { throw OAuthError(.invalidGrant, "the code is another client's") }
    guard known.redirect == nil || known.redirect == form["redirect_uri"] else {
      throw OAuthError(.invalidGrant, "redirect_uri is not the one that the code was asked with")
    }
    switch (known.challenge, form["code_verifier"]) {
    case (nil, nil): break
    case (nil, _?): throw OAuthError(.invalidGrant, "the code was asked without code_challenge")
    case (_?, nil): throw OAuthError(.invalidGrant, "code_verifier is missing")
    case (let challenge?, let verifier?):
      guard challenge.accepts(verifier) else {
        throw OAuthError(.invalidGrant, "code_verifier does not fit the code_challenge")
      }
    }
    self.codes.update(code) { $0.isUsed = true }
    return known.grant
  }

  /// What a refresh token stands for, which then is used up: the answer has the next.
  private mutating func refresh(
    _ form: OAuthParameters, _ client: OIDCConfiguration.Client, now: Int64
  ) throws(OAuthError) -> OIDCGrant {
    let token = try form.required("refresh_token")
    guard var grant = self.refreshTokens.value(token, now: now), grant.client == client.name else {
      throw OAuthError(.invalidGrant, "the refresh token is unknown, was used, or is another client's")
    }
    if form["scope"] != nil {
      if let more = form.scopes.first(where: { !grant.scopes.contains($0) }) {
        throw OAuthError(.invalidScope, "\(more) is more than was granted")
      }
      grant.scopes = form.scopes
    }
    self.refreshTokens.remove(token)
    return grant
  }

  mutating func takeBack(_ number: Int) {
    self.accessTokens.removeAll { $0.number == number }
    self.refreshTokens.removeAll { $0.number == number }
  }

  /// Source: RFC 6749, section 5.1; OpenID Connect Core 1.0, section 3.1.3.3.
  private mutating func issue(
    _ grant: OIDCGrant, _ client: OIDCConfiguration.Client, now: Int64
  ) throws(OAuthError) -> OIDCResponse {
    let identifier = self.draw()
    let token = try self.sign(self.accessClaims(grant, client, identifier: identifier, now: now))
    self.accessTokens.insert(token, grant, until: now + Int64(self.configuration.lifetime) * 1000, now: now)
    var members: [JSONObject.Member] = [
      .init(key: "access_token", value: .string(token)), .init(key: "token_type", value: "Bearer"),
      .init(key: "expires_in", value: .number(JSONNumber(self.configuration.lifetime))),
    ]
    if !grant.scopes.isEmpty {
      members.append(.init(key: "scope", value: .string(grant.scopes.joined(separator: " "))))
    }
    if let user = grant.user {
      let refresh = self.draw()
      self.refreshTokens.insert(refresh, grant, until: now + Self.refreshLifetime, now: now)
      members.append(.init(key: "refresh_token", value: .string(refresh)))
      if grant.scopes.contains("openid") {
        members.append(.init(key: "id_token", value: .string(try self.sign(self.idClaims(grant, user, now: now)))))
      }
    }
    return OIDCResponse(.object(JSONObject(members)), fields: OIDCResponse.unstored)
  }

  private func sign(_ claims: JSONObject) throws(OAuthError) -> String {
    try Self.made { () throws(Diagnostic) in try self.keys.sign(claims, with: self.configuration.algorithm) }
  }
}
