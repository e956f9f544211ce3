import MockrecCore
import NIOCore

/// Why the real service gave no answer.
package struct OriginFailure: Error, Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case unreachable, timedOut, reset, malformed, tls
  }

  package var kind: Kind
  package var message: String
  /// The service says that it has not looked at the request: it may be sent again, whatever it asks.
  package var isUnheard: Bool
  /// The service had ended its answer before it heard all of the request, and the answer is lost.
  package var isEarly = false

  package init(_ kind: Kind, _ message: String, isUnheard: Bool = false) {
    self.kind = kind
    self.message = message
    self.isUnheard = isUnheard
  }
}

/// The asking side of a wire on one connection to the real service. Only used on the connection's event loop.
package protocol OriginLink: AnyObject {
  var receiver: (any ReplyReceiver)? { get set }
  var isWritable: Bool { get }
  var isOpen: Bool { get }
  /// Whether a reply on this connection was seen to begin: a connection that dies before was stale.
  var hasReplied: Bool { get }
  func begin(_ head: Message)
  func body(_ bytes: ByteBuffer)
  func end(_ trailers: Fields)
  func setReading(_ reading: Bool)
  func close()
  /// What it is one of many on; nil where it has a connection to itself.
  var connection: (any OriginConnection)? { get }
  /// Ends when the service has taken the protocol that was offered to it, and fails with an `OriginFailure` where it has
  /// not: nothing was asked until then. nil where that needs no waiting for.
  var opening: EventLoopFuture<Void>? { get }
  /// What the service says is passed on as it comes, what nobody asked for by `originSaid`: who asks has the connection
  /// for itself.
  func passUnasked()
}

extension OriginLink {
  package var connection: (any OriginConnection)? { nil }
  package var opening: EventLoopFuture<Void>? { nil }
  package func passUnasked() {}
}

/// A connection to the real service that carries many requests at once. Only used on its event loop.
package protocol OriginConnection: AnyObject {
  /// Whether another request may go out on it, now or when one of those under way has ended.
  var isOpen: Bool { get }
  var isIdle: Bool { get }
  /// What one request goes out on; nil while there is no room for it.
  func link() -> (any OriginLink)?
  func close()
}

/// Is told what the real service answers.
package protocol ReplyReceiver: AnyObject {
  func interim(_ head: Message)
  func replyBegan(_ head: Message)
  /// A reply that is one head: gRPC's clients tell that from a head and trailers. Nothing else of it follows.
  ///
  /// - Parameter trailers: What the head had, but for the status.
  func replyIsWhole(_ head: Message, _ trailers: Fields, reusable: Bool)
  func replyBody(_ bytes: ByteBuffer)
  /// `reusable`: another request may go out on the same connection.
  func replyEnded(_ trailers: Fields, reusable: Bool)
  /// Nothing more comes for now.
  func originPaused()
  func originFailed(_ failure: OriginFailure)
  func originWritabilityChanged(_ writable: Bool)
  /// What answers no request, such as a published message. Only after `passUnasked`.
  func originSaid(_ bytes: ByteBuffer)
}

extension ReplyReceiver {
  package func replyIsWhole(_ head: Message, _ trailers: Fields, reusable: Bool) {
    self.replyBegan(head)
    self.replyEnded(trailers, reusable: reusable)
  }

  package func originSaid(_ bytes: ByteBuffer) {}
}

/// Where a real service is.
package struct OriginAddress: Sendable, Hashable {
  package var scheme: String
  package var host: String
  package var port: Int
  /// What stands before every request's path, without a trailing slash; mostly empty.
  package var basePath: String
  /// Nil for a service that is spoken to in the clear.
  package var tls: ClientTLS?
  /// Said to the service on every new connection, where its wire knows how. Never shown.
  package var credentials: Credentials?

  package struct Credentials: Sendable, Hashable {
    /// Empty for none.
    package var user: String
    package var password: String

    package init(user: String, password: String) {
      self.user = user
      self.password = password
    }
  }

  package init(scheme: String, host: String, port: Int, basePath: String = "", tls: ClientTLS? = nil) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.basePath = basePath
    self.tls = tls
  }

  package var usesTLS: Bool { self.tls != nil }

  /// `host:port`, brackets around an IPv6 address.
  package var authority: String {
    (self.host.contains(":") ? "[\(self.host)]" : self.host) + ":\(self.port)"
  }
}
