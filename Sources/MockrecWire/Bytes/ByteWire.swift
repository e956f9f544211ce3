import MockrecCore
import NIOCore

/// A wire for protocols that mockrec does not speak: requests and replies are bytes, and nothing is read into them.
package protocol ByteWire: StreamWire {
  /// The word of its request and response lines.
  static var verb: String { get }
  var framing: Framing { get }
  var rules: ByteRules { get }
  /// The pieces of a reply that are kept apart, one behind the other in its body: see `Datagrams`. False for a stream.
  var keepsPieces: Bool { get }
}

extension ByteWire {
  package var keepsPieces: Bool { false }
  package var notationVerbs: [String] { [Self.verb] }

  package func requestLine(of service: String) -> String { "\(Self.verb) {{\(service)}} \"text\"" }

  package func address(host: String, port: Int, usesTLS: Bool) -> String {
    "\(usesTLS ? "tls" : self.name)://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// What a request does is not known: it is never sent twice.
  package func isRepeatable(_ request: Message) -> Bool { false }
  package func isSafe(_ entry: Entry) -> Bool { false }

  /// There are no words that every client understands: its connection is closed.
  package func failureReply(_ failure: OriginFailure, origin: OriginAddress) -> Message { self.closing }
  package func missReply(_ miss: Miss) -> Message { self.closing }

  private var closing: Message { .reply(Self.verb, closes: true) }

  package func request(_ frame: ByteBuffer, _ aside: String = "", isSecret: Bool = false) -> ByteRequest {
    ByteRequest(
      frame: frame, aside: aside, isSecret: isSecret, verb: Self.verb, rules: self.rules, keepsPieces: self.keepsPieces)
  }
}

extension Message {
  /// A reply that is nothing but bytes.
  ///
  /// - Parameter closes: Whether the server closed the connection behind it.
  package static func reply(_ verb: String, _ body: Body = Body(), closes: Bool = false) -> Message {
    Message(start: [verb, ""], fields: closes ? Fields([("close", "")]) : Fields(), body: body)
  }

  /// Whether the server closed the connection behind this reply on a byte stream.
  package var closesConnection: Bool { self.fields.contains("close") }
}

/// The words in which a machine asks for what a server says unasked.
package enum Aside {
  /// What the server says when the connection stands.
  package static let connect = "@connect"
  /// What the server says after a silence, the n-th since the client last spoke.
  package static func later(_ count: Int) -> String { "@later \(count)" }
}

/// Several datagrams in one run of bytes: each with its length before it, four bytes, the highest first.
package enum Datagrams {
  package static func pack(_ datagram: ByteBuffer) -> ByteBuffer {
    var bytes = ByteBuffer()
    bytes.writeInteger(UInt32(datagram.readableBytes))
    bytes.writeImmutableBuffer(datagram)
    return bytes
  }

  package static func pack(_ datagrams: [[UInt8]]) -> [UInt8] {
    datagrams.flatMap { datagram in
      withUnsafeBytes(of: UInt32(datagram.count).bigEndian) { Array($0) } + datagram
    }
  }

  /// What is no whole datagram at the end is left out.
  package static func unpack(_ bytes: [UInt8]) -> [[UInt8]] {
    var datagrams: [[UInt8]] = []
    var rest = bytes[...]
    while rest.count >= 4 {
      let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(4)
      guard rest.count >= length else { return datagrams }
      datagrams.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return datagrams
  }
}
