import MockrecCore

/// Health checking: every service that is known serves.
///
/// It answers as grpcio's `HealthServicer` does; `List`, which that lacks, as grpc-go does.
///
/// Source: grpc/grpc-proto, grpc/health/v1/health.proto; grpcio-health-checking 1.85, `grpc_health/v1/health.py`.
package struct HealthResponder: Sendable {
  /// What a request is answered with.
  package enum Answer: Sendable, Hashable {
    /// This message, and OK.
    case message([UInt8])
    /// This message, and then nothing until the client leaves.
    case open([UInt8])
    /// No message; a gRPC status code and its text.
    case status(Int, String)
  }

  package static let service = "grpc.health.v1.Health"

  /// `HealthCheckResponse.ServingStatus`.
  private enum ServingStatus: UInt64 {
    case serving = 1
    case serviceUnknown = 3

    /// A `HealthCheckResponse`.
    var message: [UInt8] {
      var writer = ProtobufWriter()
      writer.varint(1, self.rawValue)
      return writer.bytes
    }
  }

  /// The empty name is the server's as a whole.
  private let services: Set<String>

  /// - Parameters:
  ///   - services: The names of those that serve, beside the server as a whole.
  package init(services: [String]) { self.services = Set(services + [""]) }

  /// The answer to a call, whose one request is `message`.
  ///
  /// - Throws: Where the bytes are no request. A server ends the call then, with INTERNAL (13).
  package func answer(method: String, _ message: [UInt8]) throws(ProtobufError) -> Answer {
    switch method {
    case "Check": try self.serves(message) ? .message(ServingStatus.serving.message) : .status(5, "")
    case "Watch": .open((try self.serves(message) ? ServingStatus.serving : .serviceUnknown).message)
    case "List": .message(self.list)
    default: .status(12, "Method not found!")
    }
  }

  /// Whether the service that a `HealthCheckRequest` names is known.
  private func serves(_ request: [UInt8]) throws(ProtobufError) -> Bool {
    self.services.contains(try ProtobufNode(request).text(1) ?? "")
  }

  /// A `HealthListResponse`: a map from names to `HealthCheckResponse`s.
  private var list: [UInt8] {
    var writer = ProtobufWriter()
    for service in self.services.sorted() {
      var entry = ProtobufWriter()
      entry.delimited(1, service.utf8)
      entry.delimited(2, ServingStatus.serving.message)
      writer.delimited(1, entry.bytes)
    }
    return writer.bytes
  }
}
