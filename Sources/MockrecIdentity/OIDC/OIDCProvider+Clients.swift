import Foundation
import MockrecCore

extension OIDCProvider {
  /// The client that asks, by its name and secret in a header or in the form, or by its name alone.
  ///
  /// Source: RFC 6749, section 2.3.1.
  func client(of request: OIDCRequest, _ form: OAuthParameters) throws(OAuthError) -> OIDCConfiguration.Client {
    var (name, secrets) = (form["client_id"], form["client_secret"].map { [$0] } ?? [])
    if let header = try Self.basic(request) {
      guard secrets.isEmpty, name == nil || header.names.contains(name ?? "") else {
        throw OAuthError(.invalidRequest, "the client says who it is in the header and in the form")
      }
      name = header.names.first { self.configuration.client($0) != nil } ?? header.names[0]
      secrets = header.secrets
    }
    guard let name else { throw OAuthError(.invalidClient, "client_id is missing") }
    guard let client = self.configuration.client(name) else {
      throw OAuthError(.invalidClient, "there is no client \(name)\(self.nearestClient(name))")
    }
    guard let wanted = client.secret else { return client }
    guard !secrets.isEmpty else { throw OAuthError(.invalidClient, "the secret of the client \(name) is missing") }
    guard secrets.contains(wanted) else {
      throw OAuthError(.invalidClient, "that is not the secret of the client \(name)")
    }
    return client
  }

  /// Each with its escapes undone, and as it came: clients are to escape both, and many do not.
  private static func basic(
    _ request: OIDCRequest
  ) throws(OAuthError) -> (names: [String], secrets: [String])? {
    guard let header = request.fields[first: "Authorization"], header.prefix(6).lowercased() == "basic " else {
      return nil
    }
    guard let data = Data(base64Encoded: header.dropFirst(6).trimmingCharacters(in: .whitespaces)),
      let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
    else { throw OAuthError(.invalidClient, "the header Authorization holds no name and secret") }
    let (name, secret) = (text[..<colon], text[text.index(after: colon)...])
    return (
      [WebAddress.decoded(name), String(name)], secret.isEmpty ? [] : [WebAddress.decoded(secret), String(secret)]
    )
  }
}
