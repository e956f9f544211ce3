import MockrecCore
import MockrecIdentity
import MockrecWire
import NIOCore
import NIOHTTP1

/// HTTP/1.1 and HTTP/2 (RFC 9110, RFC 9112, RFC 9113), spoken by swift-nio's codecs.
///
/// Which of them is spoken on either side has no bearing on the other. Clients begin HTTP/2 by its preface, also without
/// TLS, or ask for it (`Upgrade: h2c`); a real service is spoken to in HTTP/2 where it agrees to it in the TLS handshake,
/// and in the clear at an address `h2c://`.
package struct HTTPWire: Wire {
  /// What the tokens of mocks are signed with; nil where no reply is made.
  var keys: SigningKeys?

  package init() { Self.makeTypes() }

  package func signing(with keys: SigningKeys) -> HTTPWire {
    var wire = self
    wire.keys = keys
    return wire
  }

  /// Makes the generic types of pipelines once, before event loops ask for them: when two did so at the same moment, the Swift
  /// runtime (6.3) crashed in one of several hundred starts.
  private static func makeTypes() { _ = self.types }

  private static let types: [ObjectIdentifier] = [
    ObjectIdentifier(ByteToMessageHandler<HTTPRequestDecoder>.self),
    ObjectIdentifier(ByteToMessageHandler<HTTPResponseDecoder>.self),
  ]

  package var applicationProtocols: [String] { ["h2", "http/1.1"] }

  package var name: String { "http" }

  package var schemes: [String: (port: Int, usesTLS: Bool)] {
    ["http": (80, false), "https": (443, true), Self.inTheClear: (80, false)]
  }

  /// The scheme of a service that speaks HTTP/2 in the clear: from the first byte on (RFC 9113, 3.3), or when it is asked
  /// for it (`Upgrade: h2c`).
  static let inTheClear = "h2c"

  /// What stands in start lines of HTTP/2, and in the mark of entries.
  static let newerVersion = "HTTP/2"

  package func address(host: String, port: Int, usesTLS: Bool) -> String {
    "\(usesTLS ? "https" : "http")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  package var notationVerbs: [String] { [] }

  package func requestLine(of service: String) -> String { "GET {{\(service)}}/path" }

  package func untimed(_ entry: Entry) -> Entry {
    var entry = entry
    entry.response?.leading.removeAll { Mark($0)?.name == "chunks" }
    if entry.response?.status == "101", case .multiline(var frames)? = entry.response?.body,
      let text = frames.text.literal
    {
      frames.text = Template(WebSocketScript.untimed(text))
      entry.response?.body = .multiline(frames)
    }
    return entry
  }
}

extension Message {
  /// The method of an HTTP request.
  var method: String { self.start.first ?? "" }
  /// The target of an HTTP request.
  var target: String { self.start.count > 1 ? self.start[1] : "" }
  /// The status code of an HTTP reply, or 0.
  var status: Int { self.start.count > 1 ? Int(self.start[1]) ?? 0 : 0 }
  /// Whether the body goes in chunks of its own length rather than by one length for all.
  var isChunked: Bool {
    self.fields[all: "Transfer-Encoding"].last?.lowercased().hasSuffix("chunked") ?? false
  }
  /// The media type without its parameters, in lower case.
  var mediaType: String {
    let value = self.fields[first: "Content-Type"] ?? ""
    return String(value.prefix { $0 != ";" && $0 != " " }).lowercased()
  }
}

extension Fields {
  /// Every element of a comma-separated list field, trimmed, in lower case.
  func list(_ name: String) -> [String] {
    self[all: name].flatMap { $0.split(separator: ",") }.map { part in
      var text = part
      while text.first == " " || text.first == "\t" { text.removeFirst() }
      while text.last == " " || text.last == "\t" { text.removeLast() }
      return text.lowercased()
    }
  }
}
