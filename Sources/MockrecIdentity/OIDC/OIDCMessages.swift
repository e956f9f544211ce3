import MockrecCore

/// A request as the provider sees it, whatever it came over.
package struct OIDCRequest: Sendable {
  package var method: String
  /// Path and query.
  package var target: String
  package var fields: Fields
  package var body: [UInt8]
  /// `http` or `https`, and the host and port by which the client reached the provider.
  package var scheme: String
  package var authority: String

  package init(
    method: String, target: String, fields: Fields = Fields(), body: [UInt8] = [], scheme: String = "http",
    authority: String = "localhost"
  ) {
    self.method = method
    self.target = target
    self.fields = fields
    self.body = body
    self.scheme = scheme
    self.authority = authority
  }

  /// Whether it names what an address can be made of: a host, and perhaps a port. Source: RFC 3986, section 3.2.
  var isAddressed: Bool {
    var host = Substring(self.authority)
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      guard host[host.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
      host = host[..<colon]
    }
    let isLiteral = host.hasPrefix("[") && host.hasSuffix("]")
    if isLiteral { host = host.dropFirst().dropLast() }
    return !host.isEmpty
      && host.utf8.allSatisfy { byte in
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte) || "-._~%!$&'()*+,;=".utf8.contains(byte)
          || isLiteral && byte == UInt8(ascii: ":")
      }
  }

  /// The address that the client asked, without a path.
  var origin: String { "\(self.scheme)://\(self.authority)" }
  var path: Substring { self.target.prefix { $0 != "?" && $0 != "#" } }
}

package struct OIDCResponse: Sendable, Hashable {
  package var status: Int
  package var fields: Fields
  package var body: [UInt8]

  init(status: Int, fields: [(String, String)] = [], body: [UInt8] = []) {
    self.status = status
    self.fields = Fields(fields)
    self.body = body
  }

  init(status: Int = 200, _ json: JSON, fields: [(String, String)] = []) {
    self.init(
      status: status, fields: [("Content-Type", "application/json")] + fields,
      body: Array((json.description + "\n").utf8))
  }

  /// What holds tokens or tells of people is kept by nobody on the way. Source: RFC 6749, section 5.1.
  static let unstored = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]
}

/// What a request is refused with. Source: RFC 6749, sections 4.1.2.1 and 5.2; RFC 6750, section 3.1.
struct OAuthError: Error {
  enum Code: String {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedResponseType = "unsupported_response_type"
    case invalidScope = "invalid_scope"
    case accessDenied = "access_denied"
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
  }

  var code: Code
  /// For people, in the characters that RFC 6749 allows here: no quotes, no backslashes, ASCII alone.
  var text: String

  init(_ code: Code, _ text: String) {
    self.code = code
    let printable = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      (0x20...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "\\" ? scalar : "?"
    }
    self.text = String(String.UnicodeScalarView(printable.prefix(300)))
  }

  var json: JSON { ["error": .string(self.code.rawValue), "error_description": .string(self.text)] }
}

/// The parameters of a request, each of which may be given once. Source: RFC 6749, section 3.1.
struct OAuthParameters {
  private var values: [String: String] = [:]

  /// The parameters of a query.
  init(query request: OIDCRequest) throws(OAuthError) {
    try self.init(WebAddress.query(of: String(request.target.prefix { $0 != "#" })))
  }

  /// The parameters of a form in the body.
  init(form request: OIDCRequest) throws(OAuthError) {
    let type = request.fields[first: "Content-Type"]?.prefix { $0 != ";" && $0 != " " } ?? ""
    guard request.body.isEmpty || type.lowercased() == "application/x-www-form-urlencoded" else {
      throw OAuthError(.invalidRequest, "the body is a form: application/x-www-form-urlencoded, and not \(type)")
    }
    try self.init(WebAddress.query(of: "?" + String(decoding: request.body, as: UTF8.self)))
  }

  private init(_ pairs: [(name: String, value: String)]) throws(OAuthError) {
    // A parameter without a value counts as left out; those that may be repeated have no meaning here.
    for (name, value) in pairs where !value.isEmpty {
      guard self.values.updateValue(value, forKey: name) == nil || name == "resource" else {
        throw OAuthError(.invalidRequest, "\(name) is given twice")
      }
    }
  }

  subscript(name: String) -> String? { self.values[name] }

  func required(_ name: String) throws(OAuthError) -> String {
    guard let value = self.values[name] else { throw OAuthError(.invalidRequest, "\(name) is missing") }
    return value
  }

  /// The words of `scope`, each once.
  var scopes: [String] {
    var seen: Set<String> = []
    return (self.values["scope"] ?? "").split(separator: " ").map(String.init).filter { seen.insert($0).inserted }
  }
}
