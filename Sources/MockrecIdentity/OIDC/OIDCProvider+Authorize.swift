import MockrecCore

extension OIDCProvider {
  /// Sends the user back with a code, or with why there is none.
  ///
  /// What is wrong with the client or with where to send the user is told to the user alone, and nobody is sent there.
  /// Source: RFC 6749, sections 4.1.1 and 4.1.2; OpenID Connect Core 1.0, section 3.1.2.
  mutating func authorize(_ request: OIDCRequest, now: Int64) throws(OAuthError) -> OIDCResponse {
    let parameters =
      request.method == "POST" ? try OAuthParameters(form: request) : try OAuthParameters(query: request)
    let name = try parameters.required("client_id")
    guard let client = self.configuration.client(name) else {
      throw OAuthError(.invalidRequest, "there is no client \(name)\(self.nearestClient(name))")
    }
    var redirect = OIDCRedirect(place: try Self.place(parameters["redirect_uri"], of: client))
    let issuer = self.issuer(for: request)
    let state = parameters["state"]
    do throws(OAuthError) {
      if let mode = parameters["response_mode"] {
        guard let known = OIDCRedirect.Mode(rawValue: mode) else {
          throw OAuthError(.invalidRequest, "response_mode is query or fragment")
        }
        redirect.mode = known
      }
      let code = try self.code(for: client, parameters, issuer: issuer, now: now)
      return redirect.response([("code", code), ("state", state), ("iss", issuer)])
    } catch {
      return redirect.response([
        ("error", error.code.rawValue), ("error_description", error.text), ("state", state), ("iss", issuer),
      ])
    }
  }

  private mutating func code(
    for client: OIDCConfiguration.Client, _ parameters: OAuthParameters, issuer: String, now: Int64
  ) throws(OAuthError) -> String {
    let type = try parameters.required("response_type")
    guard type == "code" else { throw OAuthError(.unsupportedResponseType, "response_type is code, and not \(type)") }
    try self.checkScopes(parameters.scopes)
    let challenge = try PKCEChallenge(parameters)
    var user = self.configuration.defaultUser
    if let hint = parameters["login_hint"] {
      guard let hinted = self.configuration.user(hint) else {
        throw OAuthError(.accessDenied, "there is no user \(hint)")
      }
      user = hinted
    }
    let code = self.draw()
    let grant = OIDCGrant(
      number: self.nextGrant(), client: client.name, user: user, scopes: parameters.scopes,
      audience: parameters["audience"] ?? parameters["resource"], issuer: issuer, signedIn: now / 1000,
      nonce: parameters["nonce"])
    self.codes.insert(
      code, OIDCCode(grant: grant, redirect: parameters["redirect_uri"], challenge: challenge),
      until: now + Self.codeLifetime, now: now)
    return code
  }

  private static func place(
    _ asked: String?, of client: OIDCConfiguration.Client
  ) throws(OAuthError) -> String {
    guard let asked else {
      guard client.redirects.count == 1 else { throw OAuthError(.invalidRequest, "redirect_uri is missing") }
      return client.redirects[0]
    }
    guard OIDCRedirect.isPlace(asked) else {
      throw OAuthError(.invalidRequest, "redirect_uri is a whole address without a fragment")
    }
    guard client.redirects.isEmpty || client.redirects.contains(asked) else {
      throw OAuthError(
        .invalidRequest,
        "redirect_uri is \(asked), and the client \(client.name) has \(client.redirects.joined(separator: ", "))")
    }
    return asked
  }

  func checkScopes(_ scopes: [String]) throws(OAuthError) {
    let known = self.configuration.scopes
    guard !known.isEmpty, let other = scopes.first(where: { !known.contains($0) }) else { return }
    throw OAuthError(.invalidScope, "there is no scope \(other); there are \(known.joined(separator: ", "))")
  }

  func nearestClient(_ name: String) -> String {
    nearestWord(to: name, among: self.configuration.clients.map(\.name)).map { "; the nearest is \($0)" } ?? ""
  }

  /// Ends the session, of which nothing is kept, and sends the user on where that is asked.
  ///
  /// Source: OpenID Connect RP-Initiated Logout 1.0, section 2.
  func logout(_ request: OIDCRequest) throws(OAuthError) -> OIDCResponse {
    let parameters =
      request.method == "POST" ? try OAuthParameters(form: request) : try OAuthParameters(query: request)
    guard let place = parameters["post_logout_redirect_uri"] else { return OIDCResponse(["signed_out": true]) }
    guard OIDCRedirect.isPlace(place) else {
      throw OAuthError(.invalidRequest, "post_logout_redirect_uri is a whole address without a fragment")
    }
    return OIDCRedirect(place: place).response([("state", parameters["state"])])
  }
}
