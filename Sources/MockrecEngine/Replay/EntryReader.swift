import MockrecCore
import MockrecWire
import NIOCore

/// Makes of an entry what is served for it. A class, so that a builder that changes meanwhile hands over one reference
/// and no copy of itself.
final class EntryReader: Sendable {
  let dialect: Dialect
  let service: Service
  private let bodies: CassetteBuilder.BodyFiles
  private let readFile: CassetteBuilder.FilePieces
  private let allocator = ByteBufferAllocator()

  init(
    service: Service, bodies: @escaping CassetteBuilder.BodyFiles, readFile: @escaping CassetteBuilder.FilePieces
  ) {
    self.service = service
    self.dialect = service.wire.dialect
    self.bodies = bodies
    self.readFile = readFile
  }

  /// An entry that somebody wrote to answer more requests than the one it shows, or not always; nil for any other.
  func mock(_ entry: Entry, in source: SourceText, name: String) throws(Diagnostic) -> WrittenMock? {
    let service = self.service
    guard
      let (mock, plain) = try service.wire.mock(
        entry, in: source, rules: service.rules, services: service.contractServices)
    else { return nil }
    try MockMarks.check(entry, in: source, isMock: true)
    let recorded = try service.wire.exchange(from: plain, in: source)
    guard let reply = recorded.exchange.reply else { return nil }
    let body = try self.body(reply.body, source, entry.response?.span ?? entry.span)
    var prepared = service.wire.prepare(reply, to: recorded.exchange.request, body: body, allocator: self.allocator)
    prepared.delay = try ReplyDelay(entry, in: source)
    let request = service.wire.request(from: recorded.exchange.request)
    return WrittenMock(
      name: name, mock: mock, reply: prepared, summary: (request.summary, service.wire.status(of: reply)),
      line: source.position(of: entry.span.lowerBound).line)
  }

  /// The request's key and the reply, ready to be sent; nil for an entry without a reply.
  func item(_ entry: Entry, in source: SourceText, name: String) throws(Diagnostic) -> CassetteBuilder.Item? {
    let recorded = try self.service.wire.exchange(from: entry.recalled(), in: source)
    let request = recorded.exchange.request
    guard let reply = recorded.exchange.reply else { return nil }
    let (key, digests) = try self.key(recorded, source, entry)
    let body = try self.body(reply.body, source, entry.response?.span ?? entry.span)
    var prepared = self.service.wire.prepare(reply, to: request, body: body, allocator: self.allocator)
    prepared.stream = StreamedReply(recorded.exchange, body: body, wire: self.service.wire)
    prepared.delay = try ReplyDelay(entry, in: source)
    return CassetteBuilder.Item(
      key: key, reply: prepared, entry: name, status: self.service.wire.status(of: reply), times: recorded.times,
      digests: digests, isSequence: self.service.wire.cutter(for: request) != nil,
      isDialogue: self.service.wire.request(from: request).isDialogue)
  }

  /// The request's key and, where it is a sequence of messages, a digest up to each.
  private func key(
    _ recorded: RecordedExchange, _ source: SourceText, _ entry: Entry
  ) throws(Diagnostic) -> (MatchKey, [UInt64]) {
    let request = recorded.exchange.request
    let asked = self.service.wire.request(from: request)
    if request.body.isEmpty, request.body.bytes != nil { return (asked.key(self.service.rules), []) }
    switch try self.body(request.body, source, entry.span) {
    case .bytes(let bytes):
      guard !bytes.isEmpty else { return (asked.key(self.service.rules), []) }
      return self.key(asked, bytes, request)
    case .file(let path, _):
      if let digest = recorded.digest { return (MatchKey(head: asked.key(self.service.rules).head, body: digest), []) }
      let builder = asked.keyBuilder(self.service.rules, limits: self.service.limits)
      do {
        try self.readFile(path) { builder.feed($0) }
      } catch {
        throw Self.placed(error, .init(source, at: entry.span.lowerBound))
      }
      return (builder.finish(), [])
    }
  }

  private func key(_ request: any WireRequest, _ body: [UInt8], _ message: Message) -> (MatchKey, [UInt64]) {
    let builder = request.keyBuilder(self.service.rules, limits: self.service.limits)
    guard var cutter = self.service.wire.cutter(for: message) else {
      body.withUnsafeBytes { builder.feed($0) }
      return (builder.finish(), [])
    }
    var (digests, start): ([UInt64], Int) = ([], 0)
    func feed(upTo end: Int) {
      body[start..<end].withUnsafeBytes { builder.feed($0) }
      start = end
    }
    cutter.feed(ByteBuffer(bytes: body)) { end in
      feed(upTo: end)
      if let progress = builder.progress, progress.messages > digests.count { digests.append(progress.digest) }
    }
    feed(upTo: body.count)
    return (builder.finish(), digests)
  }

  /// A body's bytes; the path of its file where it is too long to be held.
  private func body(_ body: Body, _ source: SourceText, _ span: Range<Int>) throws(Diagnostic) -> PreparedBody {
    switch body.content {
    case .bytes(let bytes): return .bytes(bytes)
    case .file(let name, _):
      do {
        let file = try self.bodies(name)
        guard file.length <= self.service.limits.memoryBytes else {
          return .file(path: file.path, length: file.length)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.length)
        try self.readFile(file.path) { bytes.append(contentsOf: $0) }
        return .bytes(bytes)
      } catch {
        throw Self.placed(error, .init(source, at: self.place(of: name, source, span)))
      }
    }
  }

  private static func placed(_ error: any Error, _ place: Diagnostic.Place) -> Diagnostic {
    var problem = error as? Diagnostic ?? Diagnostic("\(error)")
    problem.place = problem.place ?? place
    return problem
  }

  /// Where a body file's name stands in the text.
  private func place(of name: String, _ source: SourceText, _ span: Range<Int>) -> Int {
    let wanted = Array("file,".utf8)
    let end = max(0, source.bytes.count - wanted.count)
    return (min(span.lowerBound, end)..<end).first { source.bytes[$0...].starts(with: wanted) } ?? span.lowerBound
  }
}
