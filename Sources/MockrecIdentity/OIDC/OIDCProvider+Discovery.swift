import MockrecCore

extension OIDCProvider {
  /// What the provider can do, and where. Endpoints are where the client has reached it, whatever the issuer is called.
  ///
  /// Source: OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2.
  func document(for request: OIDCRequest) -> JSON {
    func place(_ endpoint: OIDCEndpoint) -> JSON { .string(request.origin + self.base + endpoint.path) }
    func texts(_ list: [String]) -> JSON { .array(list.map(JSON.string)) }
    let authentication = texts(["client_secret_basic", "client_secret_post", "none"])
    let scopes = self.configuration.scopes
    return [
      "issuer": .string(self.issuer(for: request)),
      "authorization_endpoint": place(.authorize),
      "token_endpoint": place(.token),
      "userinfo_endpoint": place(.userinfo),
      "jwks_uri": place(.jwks),
      "introspection_endpoint": place(.introspect),
      "revocation_endpoint": place(.revoke),
      "end_session_endpoint": place(.logout),
      "scopes_supported": texts(scopes.isEmpty ? ["openid", "profile", "email", "address", "phone"] : scopes),
      "response_types_supported": ["code"],
      "response_modes_supported": ["query", "fragment"],
      "grant_types_supported": texts(GrantType.allCases.map(\.rawValue)),
      "subject_types_supported": ["public"],
      "id_token_signing_alg_values_supported": [.string(self.configuration.algorithm.rawValue)],
      "token_endpoint_auth_methods_supported": authentication,
      "introspection_endpoint_auth_methods_supported": authentication,
      "revocation_endpoint_auth_methods_supported": authentication,
      "code_challenge_methods_supported": texts(PKCEChallenge.Method.allCases.map(\.rawValue)),
      "claims_supported": ["iss", "sub", "aud", "iat", "exp", "auth_time", "nonce", "name", "email"],
      "authorization_response_iss_parameter_supported": true,
    ]
  }
}
