import MockrecWire
import NIOCore
import NIOSSL
import NIOTLS

/// Stands behind TLS and says in words what went wrong in it, and what to do.
final class TLSFailureHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private let party: WireError.Party
  private let report: (String) -> Void
  private var isProtected = false

  /// - Parameter party: Who is at the other end.
  init(_ party: WireError.Party, report: @escaping (String) -> Void = { _ in }) {
    self.party = party
    self.report = report
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case TLSUserEvent.handshakeCompleted? = event as? TLSUserEvent { self.isProtected = true }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard let words = self.words(error) else { return context.fireErrorCaught(error) }
    self.report(words)
    context.fireErrorCaught(OriginFailure(.tls, words))
  }

  /// nil for what is no matter of TLS.
  private func words(_ error: any Error) -> String? {
    guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
    // Many clients and servers go without saying so, which is no failure once all was said.
    if case NIOSSLError.uncleanShutdown? = error as? NIOSSLError { return nil }
    let text = "\(error)"
    let reasons = self.party == .client ? Self.clientReasons : Self.serverReasons
    let reason = reasons.first { text.contains($0.mark) }?.words ?? Self.reason(text)
    if self.isProtected { return "the TLS connection broke: \(reason)" }
    return self.party == .client
      ? "a client's TLS handshake failed: \(reason)" : "the TLS handshake with the real service failed: \(reason)"
  }

  private static let distrust =
    "the client does not trust mockrec's certificate authority; tell it to (mockrec ca install-hint)"

  /// What a client that leaves means, by what BoringSSL calls it.
  private static let clientReasons: [(mark: String, words: String)] = [
    ("UNKNOWN_CA", distrust), ("CERTIFICATE_UNKNOWN", distrust), ("BAD_CERTIFICATE", distrust),
    ("EOF during handshake", "the client closed the connection; as a rule \(distrust)"),
    // An alert in the clear, where one under the handshake's keys is due: what OpenSSL's clients send before their own.
    ("BAD_PACKET_LENGTH", "the client broke it off; as a rule \(distrust)"),
    ("HTTP_REQUEST", "the client spoke HTTP without TLS; use https:// for it"),
    ("WRONG_VERSION_NUMBER", "the client did not speak TLS"),
    ("UNSUPPORTED_PROTOCOL", "the client speaks only versions of TLS before 1.2"),
    ("NO_SHARED_CIPHER", "the client knows no cipher that mockrec knows"),
  ]

  private static let serverReasons: [(mark: String, words: String)] = [
    (
      "CERTIFICATE_VERIFY_FAILED",
      "its certificate does not verify: it is expired, or nobody vouches for it who is trusted; name its authority "
        + "(`ca: FILE`, --ca FILE, SSL_CERT_FILE), or believe anybody (`insecure: true`, --insecure)"
    ),
    (
      "failedToValidateHostname",
      "its certificate is for another name; ask for that one (`server-name: NAME`, --server-name NAME)"
    ),
    (
      "unableToValidateCertificate",
      "its certificate is for another name or address (`server-name: NAME`, --server-name NAME)"
    ),
    ("CERTIFICATE_REQUIRED", "it wants a certificate of its client (`cert: FILE`, `key: FILE`; --cert, --key)"),
    (
      "HANDSHAKE_FAILURE",
      "it takes nothing of what mockrec offers; it may want a certificate of its client (`cert: FILE`)"
    ),
    ("NO_APPLICATION_PROTOCOL", "it agrees to no protocol that mockrec speaks to it (ALPN; gRPC needs h2)"),
    ("UNRECOGNIZED_NAME", "it has no certificate for this name (`server-name: NAME`, --server-name NAME)"),
    ("WRONG_VERSION_NUMBER", "it does not speak TLS at this port"),
    ("EOF during handshake", "it closed the connection"),
  ]

  /// What BoringSSL calls it, without where in its source that is.
  private static func reason(_ text: String) -> String {
    guard let start = text.range(of: "OPENSSL_internal:") else { return text }
    return text[start.upperBound...].prefix { $0 != " " }.replacing("_", with: " ").lowercased()
  }
}
