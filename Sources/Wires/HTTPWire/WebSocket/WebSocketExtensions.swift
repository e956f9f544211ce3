import MockrecCore

/// The elements of `Sec-WebSocket-Extensions` (RFC 6455, 9.1).
struct WebSocketExtension: Sendable, Hashable {
  struct Parameter: Sendable, Hashable {
    var name: String
    /// Nil where it has none.
    var value: String?
  }

  static let field = "Sec-WebSocket-Extensions"

  var name: String
  var parameters: [Parameter]

  /// - Returns: Nil where a value is not such a list.
  static func list(_ values: [String]) -> [WebSocketExtension]? {
    var found: [WebSocketExtension] = []
    for value in values {
      var reader = Reader(rest: value.utf8[...])
      repeat {
        guard let element = reader.element() else { return nil }
        found.append(element)
      } while reader.take(",")
      guard reader.isAtEnd else { return nil }
    }
    return found
  }

  var text: String {
    ([self.name] + self.parameters.map { "\($0.name)\($0.value.map { "=\($0)" } ?? "")" }).joined(separator: "; ")
  }

  /// Tokens and what stands between them. A value in quotes is a token as well, in spite of them.
  private struct Reader {
    var rest: Substring.UTF8View

    private mutating func skipSpace() {
      while let first = self.rest.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
        self.rest.removeFirst()
      }
    }

    var isAtEnd: Bool {
      mutating get {
        self.skipSpace()
        return self.rest.isEmpty
      }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
      self.skipSpace()
      guard self.rest.first == UInt8(ascii: character) else { return false }
      self.rest.removeFirst()
      return true
    }

    private mutating func token() -> String? {
      self.skipSpace()
      let token = self.rest.prefix { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
      self.rest = self.rest[token.endIndex...]
      return token.isEmpty ? nil : String(Substring(token))
    }

    private mutating func value() -> String? {
      guard self.take("\"") else { return self.token() }
      guard let token = self.token(), self.take("\"") else { return nil }
      return token
    }

    mutating func element() -> WebSocketExtension? {
      guard let name = self.token() else { return nil }
      var element = WebSocketExtension(name: name, parameters: [])
      while self.take(";") {
        guard let name = self.token() else { return nil }
        guard self.take("=") else {
          element.parameters.append(Parameter(name: name, value: nil))
          continue
        }
        guard let value = self.value() else { return nil }
        element.parameters.append(Parameter(name: name, value: value))
      }
      return element
    }
  }
}

/// permessage-deflate as one side offers it, or as the other takes it (RFC 7692, 7.1).
struct WebSocketDeflateTerms: Sendable, Hashable {
  static let name = "permessage-deflate"

  var resetsServer = false
  var resetsClient = false
  /// Nil where it says nothing of it.
  var serverWindowBits: Int?
  /// In an offer, `client_max_window_bits` without a value stands for 15.
  var clientWindowBits: Int?

  /// - Parameter isOffer: Whether the client says it: it may leave out a value there.
  /// - Returns: Nil for another extension, and for terms that nobody may make.
  init?(_ element: WebSocketExtension, isOffer: Bool) {
    guard element.name.equalsIgnoringCase(Self.name) else { return nil }
    for (index, parameter) in element.parameters.enumerated() {
      guard !element.parameters[..<index].contains(where: { $0.name == parameter.name }) else { return nil }
      switch (parameter.name, parameter.value) {
      case ("server_no_context_takeover", nil): self.resetsServer = true
      case ("client_no_context_takeover", nil): self.resetsClient = true
      case ("client_max_window_bits", nil) where isOffer: self.clientWindowBits = 15
      case ("server_max_window_bits", let value?):
        guard let bits = Self.bits(value) else { return nil }
        self.serverWindowBits = bits
      case ("client_max_window_bits", let value?):
        guard let bits = Self.bits(value) else { return nil }
        self.clientWindowBits = bits
      default: return nil
      }
    }
  }

  private static func bits(_ text: String) -> Int? {
    guard let bits = Int(text), (8...15).contains(bits), String(bits) == text else { return nil }
    return bits
  }

  /// Whether these terms are an answer to that offer (RFC 7692, 7.1.1 to 7.1.2).
  func answers(_ offer: WebSocketDeflateTerms) -> Bool {
    if offer.resetsServer, !self.resetsServer { return false }
    if let most = offer.serverWindowBits, self.serverWindowBits.map({ $0 > most }) ?? true { return false }
    // A client that does not name this limit does not know it.
    guard let bits = self.clientWindowBits else { return true }
    return offer.clientWindowBits.map { bits <= $0 } ?? false
  }

  /// What holds where these terms are the server's answer.
  var agreement: WebSocketDeflate {
    WebSocketDeflate(
      resetsServer: self.resetsServer, resetsClient: self.resetsClient, serverWindowBits: self.serverWindowBits ?? 15,
      clientWindowBits: self.clientWindowBits ?? 15)
  }
}
