import HTTPWire
import MockrecCoding
import MockrecCore
import MockrecWire
import NIOCore

extension FuzzTarget {
  /// What this wire itself makes of bytes of strangers; the first byte chooses: a client's bytes, a server's bytes, a
  /// coded body, a request with a body and its reply, or the text of an entry.
  package static let http = FuzzTarget(name: "http") { input in
    var settings = FuzzSettings(input.bytes)
    let kind = settings.below(5)
    let seed = settings.byte()
    switch kind {
    case 0: try HTTPServing(seed, &settings).check()
    case 1: try HTTPAsking(seed, &settings).check()
    case 2: try ContentCodingTrial(seed, &settings).check()
    case 3: try HTTPExchangeTrial(seed, &settings).check()
    default: try Self.checkPlain(settings.rest)
    }
  }
}

extension FuzzTarget {
  /// An entry that is read by the short way is served as the long one serves it.
  fileprivate static func checkPlain(_ text: ArraySlice<UInt8>) throws {
    let source = SourceText(name: "entry.hurl", bytes: Array("# mockrec 1\n".utf8) + text)
    let (wire, rules) = (HTTPWire(), MatchRules(redactor: Redactor()))
    var (plain, short) = (PlainEntry(), ByteBuffer())
    let served = source.bytes.withUnsafeBufferPointer { file in
      plain.read(file, dialect: .http) ? wire.served(plain, of: file, rules: rules, into: &short) : nil
    }
    guard let served else { return try hold(short.readableBytes == 0, "what is not served is written") }
    do throws(Diagnostic) {
      let entries = try NotationParser.parse(source).entries
      let exchange = try entries.first.map { (entry) throws(Diagnostic) in try wire.exchange(from: entry, in: source) }
      guard entries.count == 1, let exchange = exchange?.exchange, let reply = exchange.reply else {
        throw Diagnostic("\(entries.count) entries")
      }
      let long = wire.prepare(
        reply, to: exchange.request, body: .bytes(reply.body.bytes ?? []), allocator: ByteBufferAllocator())
      let isSame =
        long.bytes == short && long.headLength == served.headLength
        && wire.request(from: exchange.request).key(rules) == served.key
      guard isSame else { throw Diagnostic("\(long.bytes.readableBytesView) where \(short.readableBytesView)") }
    } catch {
      throw FuzzFailure("served, but read otherwise: \(String(decoding: source.bytes, as: UTF8.self))\n\(error)")
    }
  }
}

/// A body in a content coding, in one piece and in many.
private struct ContentCodingTrial {
  let bytes: [UInt8]
  let seed: UInt8
  let coding: ContentCoding
  let limit: Int

  init(_ seed: UInt8, _ settings: inout FuzzSettings) {
    self.seed = seed
    self.coding = settings.one(of: ContentCoding.allCases)
    self.limit = settings.one(of: [64 << 10, 100, 0])
    self.bytes = Array(settings.rest)
  }

  func check() throws {
    let (whole, fault) = self.decoded([self.bytes[...]])
    let (cut, cutFault) = self.decoded(Pieces.cut(self.bytes, seed: self.seed))
    try hold(fault == cutFault, "\(String(describing: fault)) in one piece, \(String(describing: cutFault)) in many")
    if fault == nil { try hold(whole == cut, "cut otherwise, it means something else") }
    try hold(whole.count <= self.limit && cut.count <= self.limit, "\(whole.count) bytes came out, \(self.limit) may")
    guard fault == nil, let encoded = try? self.coding.encode(whole) else { return }
    let again = try? self.coding.decode(encoded, limit: self.limit)
    try hold(again == whole || whole.isEmpty, "encoded and decoded again, it is something else")
  }

  private func decoded(_ pieces: [ArraySlice<UInt8>]) -> ([UInt8], ContentCodingError?) {
    let inflater = ContentCodingInflater(self.coding, limit: self.limit)
    var output: [UInt8] = []
    do throws(ContentCodingError) {
      for piece in pieces { try inflater.append(ByteBuffer(bytes: piece), to: &output) }
      try inflater.finish()
      return (output, nil)
    } catch {
      return (output, error)
    }
  }
}

/// A request and its reply as a recorder has them: target, a field and a body each, a line break between them.
private struct HTTPExchangeTrial {
  let seed: UInt8
  let request: Message
  let reply: Message

  init(_ seed: UInt8, _ settings: inout FuzzSettings) {
    self.seed = seed
    let types = [
      "application/json", "application/x-www-form-urlencoded", "text/plain", "application/octet-stream",
      "multipart/form-data; boundary=XX", "text/html; charset=utf-8", "application/xml",
    ]
    let (asked, answered) = (settings.one(of: types), settings.one(of: types))
    let (sent, coded) = (settings.one(of: ["identity", "gzip", "deflate"]), settings.one(of: ["identity", "gzip"]))
    let method = settings.one(of: ["GET", "POST", "PUT", "DELETE"])
    let parts = settings.rest.split(separator: 0xFE, maxSplits: 3, omittingEmptySubsequences: false).map { Array($0) }
    func part(_ index: Int) -> [UInt8] { index < parts.count ? parts[index] : [] }
    func visible(_ index: Int) -> String {
      String(decoding: part(index).filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
    }
    var fields = Fields([("Host", "a"), ("X-Word", visible(1)), ("Content-Type", asked)])
    if sent != "identity" { fields.append("Content-Encoding", sent) }
    self.request = Message(start: [method, "/" + visible(0), "HTTP/1.1"], fields: fields, body: Body(part(2)))
    var replied = Fields([("Content-Type", answered)])
    if coded != "identity" { replied.append("Content-Encoding", coded) }
    let body = part(3)
    let bytes = coded == "gzip" ? (try? ContentCoding.gzip.encode(body)) ?? body : body
    self.reply = Message(start: ["HTTP/1.1", "200", "OK"], fields: replied, body: Body(bytes))
  }

  func check() throws {
    let wire = HTTPWire()
    var rules = MatchRules(redactor: Redactor())
    rules.headers = ["X-Word"]
    let asked = wire.request(from: self.request)
    let body = self.request.body.bytes ?? []
    let key = Self.key(asked, [body[...]], rules)
    let cut = Self.key(asked, Pieces.cut(body, seed: self.seed), rules)
    try hold(key == cut, "a body in pieces has another key: \(key) \(cut)")
    let notation = NotationTrial(wire: wire, rules: rules)
    let kept = wire.redact(Exchange(request: self.request), with: rules.redactor)
    guard notation.isSettled(kept) else { return }
    let clean = kept.request
    let cleanKey = Self.key(wire.request(from: clean), [(clean.body.bytes ?? [])[...]], rules)
    try hold(cleanKey == key, "a request and its record have other keys: \(key) \(cleanKey)")
    let exchange = Exchange(request: self.request, replies: [.init(self.reply)])
    try notation.check(asked, exchange, key: key)
  }

  private static func key(_ request: any WireRequest, _ pieces: [ArraySlice<UInt8>], _ rules: MatchRules) -> MatchKey {
    guard pieces.contains(where: { !$0.isEmpty }) else { return request.key(rules) }
    var limits = WireLimits()
    limits.memoryBytes = 64 << 10
    let builder = request.keyBuilder(rules, limits: limits)
    for piece in pieces { piece.withUnsafeBytes { builder.feed($0) } }
    return builder.finish()
  }
}
