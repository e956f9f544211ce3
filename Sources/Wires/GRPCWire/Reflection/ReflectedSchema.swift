import MockrecCore

/// What a service said of itself.
package struct ReflectedSchema: Sendable {
  /// Without the files of reflection itself, but where others import them.
  package internal(set) var schema = ProtobufSchema()
  /// All services that it listed, sorted, without reflection. Those that the schema does not know have a note.
  package internal(set) var services: [String] = []
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
  package let statusMessage: String

  package init(messages: [[UInt8]], status: Int = 0, statusMessage: String = "") {
    self.messages = messages
    self.status = status
    self.statusMessage = statusMessage
  }
}

/// Why nothing can be learnt from a service.
package enum ReflectionFailure: Error, Sendable, Hashable {
  /// It has no server reflection.
  case unimplemented
  /// It does not list its services: a gRPC status code and its text.
  case refused(Int, String)
  /// What it answered is no list of services.
  case unreadable(String)
}

extension ReflectionFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unimplemented: "the service has no server reflection"
    case .refused(let code, let message): "the service does not list its services: \(status(code, message))"
    case .unreadable(let reason): "the service's list of services cannot be read: \(reason)"
    }
  }
}

/// A status in words.
func status(_ code: Int, _ message: String) -> String {
  message.isEmpty ? "status \(code)" : "status \(code), \(shown(message))"
}

/// What a stranger wrote, in quotes, cut and without control characters.
func shown(_ text: String) -> String {
  let scalars = text.unicodeScalars.prefix(200)
  let isCut = scalars.endIndex != text.unicodeScalars.endIndex
  return JSON.string(String(String.UnicodeScalarView(scalars)) + (isCut ? "…" : "")).description
}
