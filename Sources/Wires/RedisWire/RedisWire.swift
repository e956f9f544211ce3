import MockrecCore
import MockrecWire
import NIOCore

/// Redis, spoken in RESP2 and RESP3.
package struct RedisWire: StreamWire {
  package init() {}

  package var name: String { "redis" }

  package var schemes: [String: (port: Int, usesTLS: Bool)] {
    ["redis": (6379, false), "rediss": (6379, true)]
  }

  package func address(host: String, port: Int, usesTLS: Bool) -> String {
    "\(usesTLS ? "rediss" : "redis")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
  }

  package var notationVerbs: [String] { [Self.verb] }

  package func requestLine(of service: String) -> String { "\(Self.verb) {{\(service)}} GET key" }

  static let verb = "REDIS"

  package func conversation(limits: WireLimits) -> any StreamConversation {
    var bounds = RESPFramer.Limits()
    if let bytes = limits.bodyBytes { bounds.bytes = bytes }
    return RedisConversation(limits: bounds)
  }

  /// AUTH with the address's user and password, SELECT of its database.
  package func preamble(to origin: OriginAddress) -> [UInt8] {
    var bytes: [UInt8] = []
    if let credentials = origin.credentials {
      let words = ["AUTH"] + (credentials.user.isEmpty ? [] : [credentials.user]) + [credentials.password]
      bytes += RedisCommand(words.map { Array($0.utf8) }).bytes
    }
    let database = String(origin.basePath.drop { $0 == "/" })
    if !database.isEmpty { bytes += RedisCommand([Array("SELECT".utf8), Array(database.utf8)]).bytes }
    return bytes
  }

  package var takesCredentials: Bool { true }

  package func isRepeatable(_ request: Message) -> Bool {
    RedisRequest(request).command.map { RedisCommands.isSafe($0) } ?? false
  }

  package func failureReply(_ failure: OriginFailure, origin: OriginAddress) -> Message {
    self.errorReply("ERR mockrec: the real service \(origin.authority) gave no answer: \(failure.message)")
  }

  package func missReply(_ miss: Miss) -> Message {
    var text = "ERR mockrec: no recorded exchange of \(miss.service) answers \(miss.summary)"
    if let near = miss.nearest.first { text += "; nearest: \(near.entry)" }
    return self.errorReply(text)
  }

  private func errorReply(_ text: String) -> Message {
    let line = text.replacing("\r", with: " ").replacing("\n", with: " ")
    return Message(start: [Self.verb, "-" + line], body: Body(RESPValue.error(Array(line.utf8)).bytes))
  }
}
