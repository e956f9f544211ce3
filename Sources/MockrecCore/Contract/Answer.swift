/// An answer as contracts see it: whole, framing and content codings undone.
package struct Answer: Sendable {
  /// What a body is, as far as comparing goes.
  package enum Content: Sendable {
    case empty
    case json(JSON)
    case text(String)
    case bytes
  }

  /// The protocol with its version, as in `HTTP/1.1`.
  package let version: String
  package let status: Int?
  package let statusText: String
  package let fields: Fields
  /// Behind the body.
  package let trailers: Fields
  /// With content codings undone.
  package let body: [UInt8]
  /// As it came.
  package let rawBody: [UInt8]
  package let content: Content
  /// From the request's first byte to the answer's last.
  package let duration: Duration
  /// Where the answer came from, after redirects.
  package let url: String
  package let transfer: Transfer

  /// - Complexity: O(`body.count`): the body is read once, here.
  package init(
    version: String, status: Int?, statusText: String = "", fields: Fields = Fields(), body: [UInt8] = [],
    rawBody: [UInt8]? = nil, trailers: Fields = Fields(), duration: Duration = .zero, url: String = "",
    transfer: Transfer = Transfer()
  ) {
    self.version = version
    self.status = status
    self.statusText = statusText
    self.fields = fields
    self.trailers = trailers
    self.body = body
    self.rawBody = rawBody ?? body
    self.duration = duration
    self.url = url
    self.transfer = transfer
    self.content = Self.read(body, type: MediaType(fields[first: "Content-Type"] ?? ""))
  }

  /// The same answer with another head and, where one is given, another body.
  package func replacing(fields: Fields, body: [UInt8]? = nil) -> Answer {
    Answer(
      version: self.version, status: self.status, statusText: self.statusText, fields: fields, body: body ?? self.body,
      rawBody: body ?? self.rawBody, trailers: self.trailers, duration: self.duration, url: self.url,
      transfer: self.transfer)
  }

  /// The body as text in the charset that its type names; nil where it is none.
  package var text: String? {
    switch self.content {
    case .empty: ""
    case .text(let text): text
    case .json, .bytes: MediaType(self.fields[first: "Content-Type"] ?? "").decode(self.body)
    }
  }

  /// Whether the body is bytes of no known kind, which may happen to be a text.
  package var isOpaque: Bool {
    switch self.content {
    case .empty, .json: false
    case .text, .bytes: !MediaType(self.fields[first: "Content-Type"] ?? "").isText
    }
  }

  /// Whether this is mockrec's own word that nothing recorded answers the request.
  package var isMiss: Bool { self.fields[first: "X-Mockrec"] == "miss" }

  /// The field in which a miss names the recorded request that comes nearest, and what differs there.
  package static let nearestField = "X-Mockrec-Nearest"

  /// Of a miss; nil where nothing comes near.
  package var nearest: String? { self.fields[first: Self.nearestField] }

  private static func read(_ body: [UInt8], type: MediaType) -> Content {
    guard !body.isEmpty else { return .empty }
    let first = body.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    if type.isJSON || first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
      if let json = try? JSON.parse(body) { return .json(json) }
    }
    guard let text = type.decode(body), type.isText || !body.contains(0) else { return .bytes }
    return .text(text)
  }
}

extension Answer {
  /// What is known of the way that an answer came.
  package struct Transfer: Sendable, Hashable {
    /// The peer's address; empty where it is not known.
    package var ip: String
    /// The redirects that were followed, in order.
    package var redirects: [Redirect]
    /// The server's own, where TLS was spoken.
    package var certificate: Certificate?
    /// All cookies that are to be sent from now on, as lines of a cookie file; nil where none are kept.
    package var cookies: [String]?

    package init(
      ip: String = "", redirects: [Redirect] = [], certificate: Certificate? = nil, cookies: [String]? = nil
    ) {
      self.ip = ip
      self.redirects = redirects
      self.certificate = certificate
      self.cookies = cookies
    }
  }

  /// An answer that sent on to another place.
  package struct Redirect: Sendable, Hashable {
    package var status: Int
    /// Absolute, whatever the field had.
    package var location: String

    package init(status: Int, location: String) {
      self.status = status
      self.location = location
    }
  }

  package struct Certificate: Sendable, Hashable {
    /// `CN = example.org, O = Example`, most general part last, as libcurl shows it.
    package var subject: String
    package var issuer: String
    package var start: Timestamp?
    package var end: Timestamp?
    /// In hexadecimal, bytes parted by colons.
    package var serialNumber: String
    /// `DNS:example.org, DNS:www.example.org`; nil where it has none.
    package var alternativeName: String?
    /// As PEM.
    package var pem: String

    package init(
      subject: String, issuer: String, start: Timestamp?, end: Timestamp?, serialNumber: String,
      alternativeName: String?, pem: String
    ) {
      self.subject = subject
      self.issuer = issuer
      self.start = start
      self.end = end
      self.serialNumber = serialNumber
      self.alternativeName = alternativeName
      self.pem = pem
    }
  }
}

/// The value of a Content-Type field, as far as it says how to read a body. Source: RFC 9110, 8.3.
package struct MediaType: Sendable, Hashable {
  /// `application/json`, in small letters; empty where none is given.
  package let essence: String
  /// In small letters; nil where none is given.
  package let charset: String?

  package init(_ value: String) {
    let parts = value.split(separator: ";", omittingEmptySubsequences: false).map { $0.trimmingBlanks.lowercased() }
    self.essence = parts.first ?? ""
    self.charset = parts.dropFirst().first { $0.hasPrefix("charset=") }
      .map { String($0.dropFirst("charset=".count)).filter { $0 != "\"" } }
  }

  package var isJSON: Bool { self.essence == "application/json" || self.essence.hasSuffix("+json") }

  package var isText: Bool { self.essence.hasPrefix("text/") }

  /// The text that bytes are in this type's charset, UTF-8 where it names none; nil for bytes that are no such text and
  /// for charsets that are not known here.
  package func decode(_ bytes: [UInt8]) -> String? {
    switch self.charset {
    case nil, "utf-8", "utf8": return String(validating: bytes, as: UTF8.self)
    case "us-ascii", "ascii": return bytes.allSatisfy { $0 < 0x80 } ? String(decoding: bytes, as: UTF8.self) : nil
    case "iso-8859-1", "latin1":
      var text = String.UnicodeScalarView()
      text.reserveCapacity(bytes.count)
      for byte in bytes { text.append(Unicode.Scalar(byte)) }
      return String(text)
    default: return nil
    }
  }
}
