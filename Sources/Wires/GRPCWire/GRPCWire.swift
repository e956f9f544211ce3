import MockrecCore
import MockrecWire

/// gRPC over HTTP/2: unary calls and streams of messages, which are shown as JSON where their types are known.
///
/// A request's body, and a reply's, is its messages as they lie on the connection, each with its length in front. A
/// reply's status is among its trailers, or in its head where nothing else follows.
///
/// Source: grpc/grpc, doc/PROTOCOL-HTTP2.md.
package struct GRPCWire: Wire {
  /// What is known of the types of messages: shared by all copies of a service's wire, and added to while it is recorded.
  let types: GRPCTypes

  package init() { self.types = GRPCTypes() }

  init(types: GRPCTypes) { self.types = types }

  package var name: String { "grpc" }

  package var schemes: [String: (port: Int, usesTLS: Bool)] { ["grpc": (0, false), "grpcs": (443, true)] }

  package var applicationProtocols: [String] { ["h2"] }

  /// A target as gRPC's own clients take it: they are told apart from it whether to speak TLS.
  package func address(host: String, port: Int, usesTLS: Bool) -> String {
    "\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  /// The verb of request and response lines.
  static let verb = "GRPC"

  package var notationVerbs: [String] { [Self.verb] }

  package func requestLine(of service: String) -> String { "\(Self.verb) {{\(service)}} package.Service/Method" }

  package var holdsMessages: Bool { true }

  package func untimed(_ entry: Entry) -> Entry {
    var entry = entry
    entry.response?.leading.removeAll { Mark($0)?.name == "heard" }
    return entry
  }

  /// The words for a call's status.
  package static var statusNames: [String] { GRPCStatus.names }

  /// The type of requests and replies; a subtype behind it names how messages are encoded.
  static let mediaType = "application/grpc"
}

extension Message {
  /// The path of a gRPC call, as in `/helloworld.Greeter/SayHello`.
  var callPath: String { self.start.count > 1 ? self.start[1] : "" }
}
