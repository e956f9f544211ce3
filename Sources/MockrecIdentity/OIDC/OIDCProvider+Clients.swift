import Foundation
import MockrecCore

extension OIDCProvider {
  /// The client that asks, by its name and secret in a header or in the form, or by its name alone.
  ///
  /// Source: RFC 6749, section 2.3.1.
  func client(of request: OIDCRequest, _ form: OAuthParameters) throws(OAuthError) -> OIDCConfiguration.Client {
    var (name, secret) = (form["client_id"], form["client_secret"])
    if let header = try Self.basic(request) {
      guard secret == nil, name == nil || name == header.name else {
        throw OAuthError(.invalidRequest, "the client says who it is in the header and in the form")
      }
      (name, secret) = (header.name, header.secret)
    }
    guard let name else { throw OAuthError(.invalidClient, "client_id is missing") }
    guard let client = self.configuration.client(name) else {
      throw OAuthError(.invalidClient, "there is no client \(name)\(self.nearestClient(name))")
    }
    guard let wanted = client.secret else { return client }
    guard let secret else { throw OAuthError(.invalidClient, "the secret of the client \(name) is missing") }
    guard secret == wanted else { throw OAuthError(.invalidClient, "that is not the secret of the client \(name)") }
    return client
  }

  private static func basic(_ request: OIDCRequest) throws(OAuthError) -> (name: String, secret: String?)? {
    guard let header = request.fields[first: "Authorization"], header.prefix(6).lowercased() == "basic " else {
      return nil
    }
    guard let data = Data(base64Encoded: header.dropFirst(6).trimmingCharacters(in: .whitespaces)),
      let text = String(validating: data, as: UTF8.self), let colon = text.firstIndex(of: ":")
    else { throw OAuthError(.invalidClient, "the header Authorization holds no name and secret") }
    let (name, secret) = (text[..<colon], text[text.index(after: colon)...])
    return (WebAddress.decoded(name), secret.isEmpty ? nil : WebAddress.decoded(secret))
  }
}
