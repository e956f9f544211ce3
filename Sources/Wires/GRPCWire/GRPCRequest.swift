import MockrecCore
import MockrecWire
import NIOCore

/// A call's head.
struct GRPCRequest: WireRequest {
  let message: Message
  let types: GRPCTypes
  /// What was made of messages before, on the same connection; nil where no connection is.
  let memory: NIOLoopBound<GRPCKeyMemory>?

  init(_ message: Message, types: GRPCTypes, memory: NIOLoopBound<GRPCKeyMemory>? = nil) {
    self.message = message
    self.types = types
    self.memory = memory
  }

  /// `/helloworld.Greeter/SayHello`
  var path: String { self.message.callPath }

  var summary: String { "\(GRPCWire.verb) \(self.path.dropFirst())" }

  func session(field: String?) -> SessionMark? { SessionMark(field: field) { self.message.fields[all: $0] } }

  func key(_ rules: MatchRules) -> MatchKey { MatchKey(head: self.headKey(rules)) }

  func keyBuilder(_ rules: MatchRules, limits: WireLimits) -> any KeyBuilder {
    GRPCKeyBuilder(self, head: self.headKey(rules), rules: rules, limit: limits.memoryBytes)
  }

  /// The call, and the metadata that the rules name: one line each.
  private func headKey(_ rules: MatchRules) -> String {
    guard !rules.headers.isEmpty else { return self.summary }
    var key = self.summary
    for name in rules.headers where !rules.ignoredHeaders.contains(where: { $0.equalsIgnoringCase(name) }) {
      let values = self.message.fields[all: name].map { rules.redactor.field(name: name, value: $0) }
      key += "\n\(name.lowercased()): \(values.joined(separator: ", "))"
    }
    return key
  }

  /// How the messages that say they are compressed are.
  var coding: String? { self.message.fields[first: GRPCWire.codingField] }
}

extension GRPCWire {
  static let codingField = "grpc-encoding"

  package func request(from message: Message) -> any WireRequest { GRPCRequest(message, types: self.types) }
}

/// Digests of messages that were read before, so that equal ones are not read again. Bounded, and used on one event loop.
final class GRPCKeyMemory {
  private var digests: [String: [[UInt8]: UInt64]] = [:]
  private var count = 0

  private static let most = 4096
  /// Longer messages are read each time.
  static let longest = 1 << 10

  func digest(of message: [UInt8], in path: String, _ make: () -> UInt64) -> UInt64 {
    if let known = self.digests[path]?[message] { return known }
    let digest = make()
    if self.count == Self.most { (self.digests, self.count) = ([:], 0) }
    self.digests[path, default: [:]][message] = digest
    self.count += 1
    return digest
  }
}
