import MockrecCore

extension OIDCProvider {
  /// Who the bearer of a token is. Source: OpenID Connect Core 1.0, section 5.3; RFC 6750, section 3.
  func userInfo(_ request: OIDCRequest, now: Int64) -> OIDCResponse {
    guard let token = Self.bearer(request) else {
      return Self.challenge(nil)
    }
    guard let grant = self.accessTokens.value(token, now: now) else {
      return Self.challenge(OAuthError(.invalidToken, "the token is unknown, has expired, or was taken back"))
    }
    guard let user = grant.user, grant.scopes.contains("openid") else {
      return Self.challenge(OAuthError(.insufficientScope, "the token is of no user, or without the scope openid"))
    }
    let claims = Self.claims(of: user, grant.scopes).filter { $0.key != "sub" }
    let subject = JSONObject.Member(key: "sub", value: .string(user.subject))
    return OIDCResponse(.object(JSONObject([subject] + claims)), fields: OIDCResponse.unstored)
  }

  /// - Parameter error: nil where the client showed no token, which is no error of its own.
  private static func challenge(_ error: OAuthError?) -> OIDCResponse {
    var challenge = "Bearer realm=\"mockrec\""
    guard let error else {
      let missing = OAuthError(.invalidRequest, "the header Authorization: Bearer is missing")
      return OIDCResponse(status: 401, missing.json, fields: [("WWW-Authenticate", challenge)])
    }
    challenge += ", error=\"\(error.code.rawValue)\", error_description=\"\(error.text)\""
    let isForbidden = error.code == .insufficientScope
    if isForbidden { challenge += ", scope=\"openid\"" }
    return OIDCResponse(status: isForbidden ? 403 : 401, error.json, fields: [("WWW-Authenticate", challenge)])
  }

  /// From the header, or from the form. Source: RFC 6750, sections 2.1 and 2.2.
  private static func bearer(_ request: OIDCRequest) -> String? {
    if let header = request.fields[first: "Authorization"] {
      return header.prefix(7).lowercased() == "bearer " ? String(header.dropFirst(7)) : nil
    }
    return request.method == "POST" ? try? OAuthParameters(form: request)["access_token"] : nil
  }

  /// What a token is good for. Source: RFC 7662, section 2.
  func introspect(_ request: OIDCRequest, now: Int64) throws(OAuthError) -> OIDCResponse {
    let form = try OAuthParameters(form: request)
    try self.checkAsker(request, form)
    let token = try form.required("token")
    guard let grant = self.accessTokens.value(token, now: now) ?? self.refreshTokens.value(token, now: now) else {
      return OIDCResponse(["active": false], fields: OIDCResponse.unstored)
    }
    var members: [JSONObject.Member] = [
      .init(key: "active", value: true), .init(key: "iss", value: .string(grant.issuer)),
      .init(key: "sub", value: .string(grant.user?.subject ?? grant.client)),
      .init(key: "client_id", value: .string(grant.client)),
      .init(key: "scope", value: .string(grant.scopes.joined(separator: " "))),
    ]
    if let user = grant.user { members.append(.init(key: "username", value: .string(user.name))) }
    return OIDCResponse(.object(JSONObject(members)), fields: OIDCResponse.unstored)
  }

  /// Takes a token back, and with a refresh token what came of it. An unknown one is as good as taken back.
  ///
  /// Source: RFC 7009, section 2.
  mutating func revoke(_ request: OIDCRequest) throws(OAuthError) -> OIDCResponse {
    let form = try OAuthParameters(form: request)
    try self.checkAsker(request, form)
    let token = try form.required("token")
    if let grant = self.refreshTokens.value(token, now: .min) { self.takeBack(grant.number) }
    self.accessTokens.remove(token)
    return OIDCResponse(status: 200)
  }

  /// Where there are clients, one of them has to ask.
  private func checkAsker(_ request: OIDCRequest, _ form: OAuthParameters) throws(OAuthError) {
    guard !self.configuration.clients.isEmpty else { return }
    _ = try self.client(of: request, form)
  }
}
