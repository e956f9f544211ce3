import MockrecCore
import MockrecWire
import NIOCore

/// A whole recorded WebSocket: the frames of both sides in the order in which they came.
struct WebSocketScript {
  var lines: [WebSocketFrameLine] = []
  /// Where what each line says stands in its file; empty for frames that were not read from one.
  private(set) var offsets: [Int] = []

  /// The frames of an exchange whose bodies are records. What keeps a connection alive is left out, but for the pings of
  /// the service: the others are answered, or sent, by who speaks.
  init(_ exchange: Exchange) {
    var sides = [
      Side(isClient: true, exchange.request.body), Side(isClient: false, exchange.reply?.body ?? Body()),
    ]
    var before = Duration.zero
    let pieces = sides.indices.flatMap { side in sides[side].pieces.map { (side: side, piece: $0) } }
    for (side, piece) in pieces.sorted(by: { $0.piece.order < $1.piece.order }) {
      for message in sides[side].messages(upTo: piece) {
        let isClient = sides[side].isClient
        guard message.kind != .pong, message.kind != .ping || !isClient else { continue }
        let delay = isClient ? 0 : Int((max(.zero, piece.at - before).seconds * 1000).rounded())
        self.lines.append(WebSocketFrameLine(isClient: isClient, delay: delay, content: .message(message)))
        before = max(before, piece.at)
      }
      if sides[side].isEnd(piece), !sides[side].hasClosed {
        self.lines.append(WebSocketFrameLine(isClient: sides[side].isClient, content: .end))
      }
    }
  }

  private struct Side {
    let isClient: Bool
    let pieces: [Body.Chunk]
    private var records = WebSocketRecords(limit: .max)
    private var left: ArraySlice<UInt8>
    private let length: Int
    private(set) var hasClosed = false

    init(isClient: Bool, _ body: Body) {
      self.isClient = isClient
      self.pieces = body.chunks
      self.left = (body.bytes ?? [])[...]
      self.length = body.count
    }

    /// Whether a piece is the side's end: nothing is said with it.
    func isEnd(_ piece: Body.Chunk) -> Bool {
      guard let last = self.pieces.last, piece.order == last.order else { return false }
      return last.end == (self.pieces.dropLast().last?.end ?? 0)
    }

    /// The messages up to the end of a piece; of the last one, all that are left.
    mutating func messages(upTo piece: Body.Chunk) -> [WebSocketMessage] {
      let end = piece.order == self.pieces.last?.order ? self.length : piece.end
      let count = min(max(0, end - (self.length - self.left.count)), self.left.count)
      self.records.append(ByteBuffer(bytes: self.left.prefix(count)))
      self.left = self.left.dropFirst(count)
      var messages: [WebSocketMessage] = []
      // What is no record was never said.
      while let message = try? self.records.next() {
        messages.append(message)
        if message.kind == .close { self.hasClosed = true }
      }
      return messages
    }
  }

  var text: String { self.lines.map { $0.text + "\n" }.joined() }

  /// The text of frames without their times, and without telling what of one side came before what of the other.
  static func untimed(_ text: String) -> String {
    let lines = Self.lines(of: text).compactMap { line in
      var frame = try? WebSocketFrameLine(line)
      frame?.delay = 0
      // What goes with a ping is drawn anew for each, and may happen to be a text.
      if case .message(let message)? = frame?.content, message.kind == .ping {
        frame?.content = .message(WebSocketMessage(.ping, ByteBuffer()))
      }
      return frame
    }
    // How the service answers the client's end comes before that has gone, or too late.
    let end = lines.firstIndex { $0.isClient && $0.isEnd } ?? lines.endIndex
    let said = lines[..<end] + lines[end...].filter { !$0.isEnd || $0.isClient }
    return (said.filter(\.isClient) + said.filter { !$0.isClient }).map { $0.text + "\n" }.joined()
  }

  /// A carriage return and a line feed are one character, and still two bytes.
  private static func lines(of text: String) -> [Substring] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
  }

  // MARK: Reading

  /// What a line begins with before it says anything: its side and its time.
  private static let lead = Set("<>@ \t0123456789".utf8)

  /// - Parameter offset: Where the text stands in its file.
  init(_ text: String, in source: SourceText, at offset: Int) throws(Diagnostic) {
    var at = offset
    for line in Self.lines(of: text) {
      do throws(WebSocketFrameLine.Problem) {
        if let frame = try WebSocketFrameLine(line) {
          self.lines.append(frame)
          self.offsets.append(at + line.utf8.prefix { Self.lead.contains($0) }.count)
        }
      } catch {
        throw Diagnostic(error.message, at: .init(source, at: at), fix: error.fix)
      }
      at += line.utf8.count + 1
    }
  }

  /// Where each of the service's messages stands that contracts compare.
  var messageOffsets: [Int] {
    zip(self.lines, self.offsets).compactMap { line, offset in
      guard !line.isClient, case .message(let message) = line.content, message.kind != .ping, message.kind != .pong
      else { return nil }
      return offset
    }
  }

  /// Bodies of records with their pieces, as they would have come from a client that says all it says at once.
  var bodies: (client: Body, service: Body, ending: Exchange.Ending) {
    var (client, service) = (ByteBuffer(), ByteBuffer())
    var (asked, said): ([Body.Chunk], [Body.Chunk]) = ([], [])
    var (hasLeft, hasEnded) = (false, false)
    var (order, time) = (0, Duration.zero)
    for line in self.lines where !(line.isClient ? hasLeft : hasEnded) {
      if !line.isClient { time += .milliseconds(line.delay) }
      var isEnd = line.content == .end
      if case .message(let message) = line.content {
        if line.isClient {
          WebSocketRecords.write(message, into: &client)
        } else {
          WebSocketRecords.write(message, into: &service)
        }
        isEnd = message.kind == .close
        // Only what is data is waited for.
        guard isEnd || !line.isClient || message.kind == .text || message.kind == .binary else { continue }
      }
      if line.isClient {
        // The client's end says nothing that a body has.
        asked.append(Body.Chunk(end: isEnd ? asked.last?.end ?? 0 : client.readableBytes, at: time, order: order))
        hasLeft = isEnd
      } else {
        said.append(Body.Chunk(end: service.readableBytes, at: time, order: order))
        hasEnded = isEnd
      }
      order += 1
    }
    // The client's last words are no message that is waited for: they are not among its pieces.
    return (
      Body(Array(client.readableBytesView), chunks: asked), Body(Array(service.readableBytesView), chunks: said),
      hasEnded ? .complete : .left
    )
  }
}

/// Finds what has a place among what the other side says: texts, bytes and the end. Pings and pongs go with what follows.
struct WebSocketCutter: MessageCutter {
  private var head: [UInt8] = []
  private var rest = 0
  private var position = 0

  mutating func feed(_ bytes: ByteBuffer, ended: (Int) -> Void) {
    bytes.withUnsafeReadableBytes { bytes in
      var at = 0
      while at < bytes.count {
        while self.head.count < WebSocketRecords.headLength, at < bytes.count {
          self.head.append(bytes[at])
          at += 1
          if self.head.count == WebSocketRecords.headLength {
            self.rest = self.head.dropFirst().reduce(0) { $0 << 8 | Int($1) }
          }
        }
        guard self.head.count == WebSocketRecords.headLength else { break }
        let count = min(self.rest, bytes.count - at)
        self.rest -= count
        at += count
        guard self.rest == 0 else { break }
        if self.head[0] <= WebSocketMessage.Kind.close.rawValue { ended(self.position + at) }
        self.head.removeAll(keepingCapacity: true)
      }
      self.position += bytes.count
    }
  }
}
