import MockrecCore
import MockrecWire
import NIOCore

/// Makes a `CassetteIndex` of a cassette's files. A value: several can read parts of a cassette in parallel, and are
/// then joined.
package struct CassetteBuilder: Sendable {
  /// An entry that was read, before its place among equal requests is known.
  struct Item: Sendable {
    var key: MatchKey
    var reply: PreparedReply
    var entry: String
    var status: String
    var occurrence: Int
    var times: Int
    /// Where its bytes lie in the builder's slabs.
    var slab: Int
    var offset: Int
  }

  /// Replies lie together in a few large buffers: a buffer of its own for each would cost twice their bytes.
  private static let slabBytes = 1 << 20

  /// How the bytes of a body file are found: an absolute path and a length, or why not.
  package typealias BodyFiles = @Sendable (_ name: String) throws -> (path: String, length: Int)

  /// Gives a file's bytes piece by piece.
  package typealias FilePieces =
    @Sendable (_ path: String, _ piece: (UnsafeRawBufferPointer) -> Void) throws -> Void

  private let service: Service
  private let bodies: BodyFiles
  private let readFile: FilePieces
  private let dialect: Dialect
  private let allocator = ByteBufferAllocator()
  private var items: [Item] = []
  private var slabs: [ByteBuffer] = []
  package private(set) var problems: [Diagnostic] = []

  package init(
    service: Service, bodies: @escaping BodyFiles, readFile: @escaping FilePieces
  ) {
    self.service = service
    self.dialect = Dialect(wireVerbs: Set(service.wire.notationVerbs))
    self.bodies = bodies
    self.readFile = readFile
  }

  /// Reads one file. What is wrong with it is kept in `problems`, so that all of it can be told at once.
  package mutating func add(_ source: SourceText, name: String, occurrence: Int) {
    do throws(Diagnostic) {
      let file = try NotationParser.parse(source, dialect: self.dialect)
      for (index, entry) in file.entries.enumerated() {
        try self.add(entry, source, name: file.entries.count == 1 ? name : "\(name)#\(index + 1)", occurrence)
      }
    } catch {
      self.problems.append(error)
    }
  }

  private mutating func add(
    _ entry: Entry, _ source: SourceText, name: String, _ occurrence: Int
  ) throws(Diagnostic) {
    let recorded = try self.service.wire.exchange(from: entry, in: source)
    let request = recorded.exchange.request
    guard let reply = recorded.exchange.reply else { return }
    let key = try self.key(recorded, source, entry)
    let body = try self.body(reply.body, source, entry.response?.span ?? entry.span)
    var prepared = self.service.wire.prepare(reply, to: request, body: body, allocator: self.allocator)
    let (slab, offset) = self.keep(&prepared.bytes)
    self.items.append(
      Item(
        key: key, reply: prepared, entry: name, status: reply.start.count > 1 ? reply.start[1] : "",
        occurrence: occurrence, times: recorded.times, slab: slab, offset: offset))
  }

  /// Moves a reply's bytes into a slab. They are cut out of it again when all is read: a buffer that is still written to
  /// must have no other owner.
  private mutating func keep(_ bytes: inout ByteBuffer) -> (slab: Int, offset: Int) {
    let length = bytes.readableBytes
    if self.slabs.isEmpty || self.slabs[self.slabs.count - 1].writableBytes < length {
      self.slabs.append(self.allocator.buffer(capacity: max(length, Self.slabBytes)))
    }
    let slab = self.slabs.count - 1
    let offset = self.slabs[slab].writerIndex
    self.slabs[slab].writeImmutableBuffer(bytes)
    bytes = ByteBuffer()
    return (slab, offset)
  }

  /// Cuts the replies out of their slabs: nothing more is added. Done where the files were read, side by side.
  package mutating func seal() {
    for index in self.items.indices {
      let (slab, offset) = (self.items[index].slab, self.items[index].offset)
      let isLast = index + 1 == self.items.count || self.items[index + 1].slab != slab
      let end = isLast ? self.slabs[slab].writerIndex : self.items[index + 1].offset
      self.items[index].reply.bytes = self.slabs[slab].getSlice(at: offset, length: end - offset) ?? ByteBuffer()
    }
    self.slabs = []
  }

  private func key(_ recorded: RecordedExchange, _ source: SourceText, _ entry: Entry) throws(Diagnostic) -> MatchKey {
    let request = recorded.exchange.request
    let asked = self.service.wire.request(from: request)
    if request.body.isEmpty, request.body.bytes != nil { return asked.key(self.service.rules) }
    switch try self.body(request.body, source, entry.span) {
    case .bytes(let bytes):
      guard !bytes.isEmpty else { return asked.key(self.service.rules) }
      return self.key(asked, bytes)
    case .file(let path, _):
      if let digest = recorded.digest { return MatchKey(head: asked.key(self.service.rules).head, body: digest) }
      let builder = asked.keyBuilder(self.service.rules, limits: self.service.limits)
      do {
        try self.readFile(path) { builder.feed($0) }
      } catch {
        throw Diagnostic("\(error)", at: .init(source, at: entry.span.lowerBound))
      }
      return builder.finish()
    }
  }

  private func key(_ request: any WireRequest, _ body: [UInt8]) -> MatchKey {
    let builder = request.keyBuilder(self.service.rules, limits: self.service.limits)
    body.withUnsafeBytes { builder.feed($0) }
    return builder.finish()
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
        throw Diagnostic("\(error)", at: .init(source, at: self.place(of: name, source, span)))
      }
    }
  }

  /// Where a body file's name stands in the text.
  private func place(of name: String, _ source: SourceText, _ span: Range<Int>) -> Int {
    let wanted = Array("file,".utf8)
    let end = max(0, source.bytes.count - wanted.count)
    return (min(span.lowerBound, end)..<end).first { source.bytes[$0...].starts(with: wanted) } ?? span.lowerBound
  }

  /// Joins what several builders read, and puts equal requests in their recorded order.
  package static func finish(_ builders: [CassetteBuilder]) throws(Diagnostics) -> CassetteIndex {
    let problems = builders.flatMap(\.problems)
    guard problems.isEmpty else {
      throw Diagnostics(problems.sorted { ($0.place?.file ?? "") < ($1.place?.file ?? "") })
    }
    let count = builders.reduce(0) { $0 + $1.items.count }
    var index = IndexBuilder(capacity: count)
    for builder in builders {
      for item in builder.items { index.add(item) }
    }
    return index.finish()
  }
}
