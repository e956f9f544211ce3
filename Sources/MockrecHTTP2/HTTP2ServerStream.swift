import MockrecCore
import MockrecWire
import NIOCore
import NIOHPACK
import NIOHTTP2

/// One request at a time on a stream of an HTTP/2 connection, and what answers it. When an exchange has ended it serves
/// another stream.
final class HTTP2ServerStream: HTTP2Source {
  // Everything here is only touched on the connection's event loop, and no access spans a call.
  let eventLoop: any EventLoop
  @exclusivity(unchecked) var connection: HTTP2ServerHandler?
  @exclusivity(unchecked) private var conversation: (any Conversation)?
  @exclusivity(unchecked) private(set) var id = HTTP2StreamID.rootStream
  /// What the client may still send of the body.
  @exclusivity(unchecked) var window = HTTP2Limits.streamWindow
  @exclusivity(unchecked) private(set) var method = ""
  @exclusivity(unchecked) private var isOpen = false
  @exclusivity(unchecked) private var requestEnded = false
  @exclusivity(unchecked) var awaitsLeave = false
  @exclusivity(unchecked) private var isReading = true
  @exclusivity(unchecked) private var bodyBytes = 0
  @exclusivity(unchecked) var replyBegan = false
  @exclusivity(unchecked) var replyEnded = false
  /// The reply's method and status leave room for a body.
  @exclusivity(unchecked) var hasBody = false
  @exclusivity(unchecked) var unsentHead: HPACKHeaders?
  @exclusivity(unchecked) var unsentBody: ByteBuffer?
  /// What was written and is not known to be sent.
  @exclusivity(unchecked) var underWay = 0
  @exclusivity(unchecked) var file: HTTP2FileBody?
  /// Made for the first reply that is shaped.
  @exclusivity(unchecked) var streamShaper: HTTP2StreamShaper?

  init(_ connection: HTTP2ServerHandler, _ conversation: (any ReplyWriter) -> any Conversation) {
    self.connection = connection
    self.eventLoop = connection.eventLoop
    self.conversation = conversation(self)
  }

  /// Whether nothing can happen on it before the client says more.
  var awaitsClient: Bool { !self.requestEnded && self.isReading }

  // MARK: What the client says

  func began(_ id: HTTP2StreamID, _ headers: HPACKHeaders, isWhole: Bool) {
    guard let connection = self.connection else { return }
    self.id = id
    self.window = HTTP2Limits.streamWindow
    (self.isOpen, self.requestEnded, self.isReading) = (true, isWhole, true)
    (self.replyBegan, self.replyEnded, self.hasBody) = (false, false, false)
    self.bodyBytes = 0
    var message = HTTP2Heads.request(headers)
    self.method = message.start[0]
    if !isWhole { HTTP2Heads.nameFraming(&message) }
    let expected = isWhole ? nil : message.fields[first: "expect"]
    self.awaitsLeave = expected?.equalsIgnoringCase("100-continue") == true
    if let (fault, status) = self.fault(in: message, HTTP2Heads.length(of: headers)) {
      return self.refuse(fault, status)
    }
    self.conversation?.requestBegan(connection.dialect.request(message))
    if isWhole { self.tellEnd(Fields()) }
  }

  private func fault(in message: Message, _ length: Int) -> (WireError, Int)? {
    guard let limits = self.connection?.limits else { return nil }
    if self.method == "CONNECT" {
      let text = "CONNECT, which asks for a tunnel, where none can begin"
      return (WireError(.client, .unsupported, text), 400)
    }
    if message.fields.count > limits.fieldCount {
      return (WireError(.client, .tooLarge, "a head of \(message.fields.count) fields"), 431)
    }
    if length > limits.headBytes {
      return (WireError(.client, .tooLarge, "a head of \(length) bytes, over the limit of \(limits.headBytes)"), 431)
    }
    return nil
  }

  func took(_ bytes: ByteBuffer, isLast: Bool) {
    guard self.isOpen, !self.requestEnded, let limits = self.connection?.limits else { return }
    self.awaitsLeave = false
    self.bodyBytes += bytes.readableBytes
    if let limit = limits.bodyBytes, self.bodyBytes > limit {
      let text = "a body of more than \(limit) bytes, the limit that is set (`limits: body`)"
      return self.refuse(WireError(.client, .tooLarge, text), 413)
    }
    if bytes.readableBytes > 0 { self.conversation?.requestBody(bytes) }
    if isLast { self.ended(Fields()) }
  }

  func ended(_ trailers: Fields) {
    guard self.isOpen, !self.requestEnded else { return }
    self.requestEnded = true
    self.tellEnd(trailers)
  }

  private func tellEnd(_ trailers: Fields) {
    let answeredBefore = self.replyEnded
    self.conversation?.requestEnded(trailers)
    if answeredBefore { self.finish() }
  }

  func inputEnded() { if self.requestEnded { self.conversation?.inputEnded() } else { self.abort() } }

  /// The client has broken the protocol.
  func refused(_ error: WireError) { self.conversation?.refused(error) }

  /// The exchange ends here, with a reply that says why where none has begun.
  func refuse(_ error: WireError, _ status: Int) {
    guard let connection = self.connection else { return }
    self.refused(error)
    guard self.isOpen else { return }
    if !self.replyBegan {
      let reply = connection.dialect.refusal(error, status)
      self.begin(reply)
      self.body(ByteBuffer(bytes: reply.body.bytes ?? []))
      self.end(reply.trailers)
    }
    // What is still to come of the request is not wanted (RFC 9113, 8.1).
    if self.isOpen { connection.reset(self.id, .noError) }
  }

  /// Gives the client leave to send on, where that is wanted.
  func widen() {
    guard self.isOpen, self.isReading, !self.requestEnded, self.window <= HTTP2Limits.streamWindow / 2 else { return }
    self.connection?.write(self.id, .windowUpdate(windowSizeIncrement: HTTP2Limits.streamWindow - self.window))
    self.connection?.flushUnlessReading()
  }

  func setReading(_ reading: Bool) {
    self.isReading = reading
    if reading { self.widen() }
  }

  func connectionWritabilityChanged(_ isWritable: Bool) {
    if isWritable { self.file?.pump() }
    self.conversation?.writabilityChanged(isWritable && self.isWritable)
  }

  func hasRoom() { if self.isOpen { self.conversation?.writabilityChanged(true) } }

  // MARK: The end

  /// Called when request and reply may both have ended.
  func finish() {
    guard self.isOpen, self.replyEnded, self.streamShaper?.isShaping != true else { return }
    guard self.requestEnded else {
      // A client that waits for leave to send its body, and got its answer instead, sends none.
      if self.awaitsLeave { self.ended(Fields()) } else { self.setReading(true) }
      return
    }
    self.isOpen = false
    self.connection?.finished(self)
  }

  func abort() {
    guard self.isOpen else { return }
    self.writeUnsent()
    self.connection?.reset(self.id, .internalError)
  }

  /// What was held back of the reply is sent.
  func shapedReplyEnded() { self.finish() }

  /// Nobody hears what is answered from here on.
  func drop() {
    self.isOpen = false
    self.connection = nil
    self.file = nil
    self.unsentHead = nil
    self.unsentBody = nil
    self.streamShaper?.drop()
    let conversation = self.conversation
    self.conversation = nil
    conversation?.closed()
  }
}
