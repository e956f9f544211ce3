import MockrecCore
import MockrecWire

/// What is no call: answered at once, as gRPC's servers do, and neither passed on nor recorded.
enum GRPCHeadFault {
  case method(String)
  case contentType(String?)
  case path(String)
  case timeout(String)

  init?(_ head: Message) {
    let type = head.fields[first: "content-type"]
    if head.start[0] != "POST" {
      self = .method(head.start[0])
    } else if !Self.isCall(type) {
      self = .contentType(type)
    } else if !Self.namesCall(head.callPath) {
      self = .path(head.callPath)
    } else if let timeout = head.fields[first: GRPCWire.timeoutField], GRPCTimeout(timeout) == nil {
      self = .timeout(timeout)
    } else {
      return nil
    }
  }

  /// Source: grpc/grpc, doc/PROTOCOL-HTTP2.md: `"application/grpc" [("+proto" / "+json" / {custom})]`.
  private static func isCall(_ type: String?) -> Bool {
    guard let type = type?.lowercased(), type.hasPrefix(GRPCWire.mediaType) else { return false }
    return type.dropFirst(GRPCWire.mediaType.count).first.map { "+; ".contains($0) } ?? true
  }

  /// Whether a path is `/Service/Method`, in characters that an entry's line can hold.
  static func namesCall(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[0].isEmpty && !parts[1].isEmpty && !parts[2].isEmpty
      && path.utf8.allSatisfy { 0x21..<0x7F ~= $0 }
  }

  /// The status of HTTP for it.
  var status: Int {
    switch self {
    case .method: 405
    case .contentType: 415
    case .path: 404
    case .timeout: 400
    }
  }

  var error: WireError {
    let text =
      switch self {
      case .method(let method): "a \(method.prefix(40)) request, and a call of gRPC is a POST"
      case .contentType(nil): "a request without a content-type: that of a call of gRPC is \(GRPCWire.mediaType)"
      case .contentType(let type?):
        "a request of content-type '\(type.prefix(80))': that of a call of gRPC is \(GRPCWire.mediaType)"
      case .path(let path): "a request for '\(path.prefix(80))', which names no call as /Service/Method does"
      case .timeout(let timeout):
        "a \(GRPCWire.timeoutField) of '\(timeout.prefix(40))', which is no time: up to eight digits and H, M, S, m, u or n"
      }
    return WireError(.client, .malformed, text)
  }
}

/// How long a client waits for a call.
///
/// Source: PROTOCOL-HTTP2.md, Timeout.
struct GRPCTimeout {
  let duration: Duration

  init?(_ text: String) {
    let digits = text.utf8.dropLast()
    guard (1...8).contains(digits.count), digits.allSatisfy({ 0x30...0x39 ~= $0 }), let value = Int(text.dropLast())
    else { return nil }
    switch text.last {
    case "H": self.duration = .seconds(3600 * value)
    case "M": self.duration = .seconds(60 * value)
    case "S": self.duration = .seconds(value)
    case "m": self.duration = .milliseconds(value)
    case "u": self.duration = .microseconds(value)
    case "n": self.duration = .nanoseconds(value)
    default: return nil
    }
  }
}

extension GRPCWire {
  /// How long a client waits.
  static let timeoutField = "grpc-timeout"
}
