import MockrecCore

/// What a service said of itself.
package struct ReflectedSchema: Sendable {
  package internal(set) var schema = ProtobufSchema()
  /// All services that it listed, sorted, without reflection. Those that the schema does not know have a note.
  package internal(set) var services: [String] = []
  /// The names of reflection among the services that it listed.
  package internal(set) var reflections: [String] = []
  package internal(set) var version: ReflectionVersion
  /// For the user: what could not be had, and why.
  package internal(set) var notes: [String] = []
}

/// One stream of reflection: all messages are sent, then the stream is half-closed.
package struct ReflectionStream: Sendable, Hashable {
  package let version: ReflectionVersion
  package let messages: [[UInt8]]
}

/// What came on such a stream until it ended.
package struct ReflectionReplies: Sendable, Hashable {
  package let messages: [[UInt8]]
  /// The gRPC status that it ended with; 0 is OK.
  package let status: Int
  /// Decoded.
  package let statusMessage: String

  package init(messages: [[UInt8]], status: Int = 0, statusMessage: String = "") {
    self.messages = messages
    self.status = status
    self.statusMessage = statusMessage
  }
}
