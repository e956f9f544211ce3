import MockrecWire
import NIOCore
import NIOHTTP1

/// What a `WebSocketHandler` is to the handler of HTTP behind it: the parts that one takes and gives, and whose frames come.
protocol WebSocketEnd {
  associatedtype Heard: Sendable
  associatedtype Said: Sendable

  /// What the other end is.
  static var peer: WireError.Party { get }
  static func body(_ bytes: ByteBuffer) -> Heard
  static var end: Heard { get }
  /// Nil for the end of what is said.
  static func bytes(of said: Said) -> ByteBuffer?
  static func error(_ fault: WebSocketFault) -> any Error
}

/// The end that answers, towards a client.
enum WebSocketServerEnd: WebSocketEnd {
  static let peer = WireError.Party.client

  static func body(_ bytes: ByteBuffer) -> HTTPServerRequestPart { .body(bytes) }
  static var end: HTTPServerRequestPart { .end(nil) }

  static func bytes(of said: IOData) -> ByteBuffer? {
    if case .byteBuffer(let bytes) = said { bytes } else { ByteBuffer() }
  }

  static func error(_ fault: WebSocketFault) -> any Error {
    WireError(.client, fault.code == .tooLarge ? .tooLarge : .malformed, "\(fault.message), on a WebSocket")
  }
}

/// The end that asks, towards a real service.
enum WebSocketClientEnd: WebSocketEnd {
  static let peer = WireError.Party.server

  static func body(_ bytes: ByteBuffer) -> HTTPClientResponsePart { .body(bytes) }
  static var end: HTTPClientResponsePart { .end(nil) }

  static func bytes(of said: HTTPClientRequestPart) -> ByteBuffer? {
    switch said {
    case .body(.byteBuffer(let bytes)): bytes
    case .head, .body(.fileRegion): ByteBuffer()
    case .end: nil
    }
  }

  static func error(_ fault: WebSocketFault) -> any Error {
    OriginFailure(.malformed, "the real service sent \(fault.message), on a WebSocket")
  }
}
