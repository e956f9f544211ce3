import MockrecCore

/// Why nothing can be learnt from a service.
package enum ReflectionFailure: Error, Sendable, Hashable {
  /// It has no server reflection.
  case noReflection
  /// It does not list its services: a gRPC status code and its text.
  case refused(Int, String)
  /// What it answered is no list of services.
  case unreadable(String)
}

extension ReflectionFailure: CustomStringConvertible {
  package var description: String {
    switch self {
    case .noReflection: "the service has no server reflection"
    case .refused(let code, let message):
      "the service does not list its services: \(ReflectionText.status(code, message))"
    case .unreadable(let reason): "the service's list of services cannot be read: \(reason)"
    }
  }
}

/// How what a service says is told to the user.
enum ReflectionText {
  static func status(_ code: Int, _ message: String) -> String {
    let name = GRPCStatus.name(String(code))
    return message.isEmpty ? name : "\(name), \(self.quoted(message))"
  }

  /// What a stranger wrote, in quotes, cut and without control characters.
  static func quoted(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(200)
    let isCut = scalars.endIndex != text.unicodeScalars.endIndex
    return JSON.string(String(String.UnicodeScalarView(scalars)) + (isCut ? "…" : "")).description
  }
}
