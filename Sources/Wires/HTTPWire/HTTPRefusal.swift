import MockrecCore
import MockrecWire
import NIOCore
import NIOHTTP1

/// Requests that are refused before anybody sees them.
enum HTTPRefusal {
  /// What one look at a head's fields tells.
  struct Inspection {
    var fault: WireError?
    /// The client waits for leave to send its body.
    var expectsContinue = false
    /// The client would rather speak another protocol.
    var hasUpgrade = false
    /// It has a field that may say to which session it belongs.
    var hasSession = false
  }

  /// Finds what is wrong with a head that the decoder let pass.
  ///
  /// A message with two lengths is how requests are smuggled past a proxy (RFC 9112, 6.3 and 11.2).
  static func inspect(_ head: HTTPRequestHead) -> Inspection {
    var found = Inspection()
    var lengths = 0
    var hosts = 0
    var codings = 0
    for field in head.headers {
      switch field.name.utf8.count {
      case 4 where field.name.equalsIgnoringCase("Host"): hosts += 1
      case 6 where field.name.equalsIgnoringCase("Expect"):
        found.expectsContinue = field.value.equalsIgnoringCase("100-continue")
      case 7 where field.name.equalsIgnoringCase("Upgrade"): found.hasUpgrade = true
      case 7 where field.name.equalsIgnoringCase(SessionMark.baggage): found.hasSession = true
      case 14 where field.name.equalsIgnoringCase("Content-Length"): lengths += 1
      case 17 where field.name.equalsIgnoringCase("Transfer-Encoding"): codings += 1
      case 17 where field.name.equalsIgnoringCase(SessionMark.field): found.hasSession = true
      default: break
      }
    }
    if head.method == .CONNECT {
      found.fault = WireError(.client, .unsupported, "CONNECT, which asks for a tunnel, where none can begin")
    } else if lengths > 1 || (lengths > 0 && codings > 0) {
      found.fault = WireError(.client, .malformed, "a request with two lengths (Content-Length and Transfer-Encoding)")
    } else if codings > 0, head.version.minor == 0 {
      found.fault = WireError(.client, .malformed, "Transfer-Encoding in an HTTP/1.0 request")
    } else if hosts > 1 || (hosts == 0 && head.version == .http1_1) {
      found.fault = WireError(.client, .malformed, "\(hosts) Host fields where HTTP/1.1 has exactly one")
    }
    return found
  }

  /// What the decoder found wrong; nil for an error of the connection itself.
  static func describe(_ error: any Error) -> WireError? {
    switch error {
    case let error as WireError: error
    case HTTPParserError.headerOverflow:
      WireError(.client, .tooLarge, "a head over the limit")
    case HTTPParserError.invalidEOFState:
      WireError(.client, .truncated, "half a request and then the end of the connection")
    case HTTPParserError.unexpectedContentLength:
      WireError(.client, .malformed, "a request with two lengths (Content-Length and Transfer-Encoding)")
    case HTTPParserError.unknown:
      WireError(.client, .malformed, "a request that is not HTTP/1.1, or one whose length can be read in two ways")
    case let error as HTTPParserError:
      WireError(.client, .malformed, "a request that is not HTTP/1.1: \(error)")
    default: nil
    }
  }

  static func message(_ error: WireError, status: Int) -> Message {
    let body = Array("mockrec: \(error)\n".utf8)
    return Message(
      start: ["HTTP/1.1", String(status), HTTPStatus.reason(status)],
      fields: Fields([
        ("Content-Type", "text/plain; charset=utf-8"), ("X-Mockrec", "refused"), ("Content-Length", String(body.count)),
      ]), body: Body(body))
  }

  static func reply(_ error: WireError, status: String) -> ByteBuffer {
    let body = "mockrec: \(error)\n"
    return ByteBuffer(
      string: "HTTP/1.1 \(status)\r\nContent-Type: text/plain; charset=utf-8\r\nX-Mockrec: refused\r\n"
        + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n" + body)
  }
}
