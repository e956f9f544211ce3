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
    var occurrence = 1
    var times: Int
    /// Whether it was written by hand, and says nothing of the request's body.
    var takesAnyBody = false
    /// Of a request that is a sequence of messages: see `Dialogue.Opening`.
    var digests: [UInt64] = []
    var isSequence = false
    var isDialogue = false
    /// Where its bytes lie in the builder's slabs.
    var slab = 0
    var offset = 0
  }

  /// Replies lie together in a few large buffers: a buffer of its own for each would cost twice their bytes.
  private let slabBytes: Int

  /// How the bytes of a body file are found: an absolute path and a length, or why not.
  package typealias BodyFiles = @Sendable (_ name: String) throws -> (path: String, length: Int)

  /// Gives a file's bytes piece by piece.
  package typealias FilePieces =
    @Sendable (_ path: String, _ piece: (UnsafeRawBufferPointer) -> Void) throws -> Void

  private let reader: EntryReader
  private let allocator = ByteBufferAllocator()
  private var plain = PlainEntry()
  private var items: [Item] = []
  private var mocks: [WrittenMock] = []
  private var slabs: [ByteBuffer] = []
  package private(set) var problems: [Diagnostic] = []

  /// - Parameter files: How many files it is going to read; room is made for as many entries.
  ///   - slabBytes: Of one such buffer, at least.
  package init(
    service: Service, files: Int, slabBytes: Int = 1 << 20, bodies: @escaping BodyFiles, readFile: @escaping FilePieces
  ) {
    self.reader = EntryReader(service: service, bodies: bodies, readFile: readFile)
    self.slabBytes = slabBytes
    self.items.reserveCapacity(files)
  }

  /// Reads one file of a folder. What is wrong with it is kept in `problems`, so that all of it can be told at once.
  ///
  /// - Parameter occurrence: Which of the equal recorded requests it is, from 1; nil for what somebody wrote by hand.
  package mutating func add(_ bytes: UnsafeRawBufferPointer, of folder: String, name: String, occurrence: Int?) {
    let isAdded = bytes.withMemoryRebound(to: UInt8.self) { self.addPlain($0, name: name, occurrence: occurrence) }
    guard !isAdded else { return }
    let source = SourceText(name: "\(folder)/\(name)", bytes: Array(bytes))
    self.add(source, name: name, occurrence: occurrence)
  }

  /// Reads a file whose one entry is plain; false, and nothing is done, for any other.
  private mutating func addPlain(_ bytes: UnsafeBufferPointer<UInt8>, name: String, occurrence: Int?) -> Bool {
    guard self.plain.read(bytes, dialect: self.reader.dialect) else { return false }
    // Laid out, a reply is seldom longer than its entry.
    let slab = self.slab(for: 2 * bytes.count)
    let offset = self.slabs[slab].writerIndex
    let service = self.reader.service
    guard let entry = service.wire.served(self.plain, of: bytes, rules: service.rules, into: &self.slabs[slab]) else {
      return false
    }
    self.items.append(
      Item(
        key: entry.key, reply: PreparedReply(bytes: ByteBuffer(), headLength: entry.headLength), entry: name,
        status: entry.status, occurrence: occurrence ?? 1, times: 1,
        takesAnyBody: occurrence == nil && entry.key.body == 0, slab: slab, offset: offset))
    return true
  }

  /// Reads one text, whatever is in it.
  ///
  /// - Parameter place: Which of the equal requests it is that were written by hand, from 1.
  package mutating func add(_ source: SourceText, name: String, occurrence: Int?, place: Int = 1) {
    do throws(Diagnostic) {
      let entries = try NotationParser.parse(source, dialect: self.reader.dialect).entries
      for (index, entry) in entries.enumerated() {
        let name = entries.count == 1 ? name : "\(name)#\(index + 1)"
        if let mock = try self.reader.mock(entry, in: source, name: name) {
          self.mocks.append(mock)
          continue
        }
        if occurrence == nil { try MockMarks.check(entry, in: source, isMock: false) }
        guard var item = try self.reader.item(entry, in: source, name: name) else { continue }
        item.occurrence = occurrence ?? place
        item.takesAnyBody = occurrence == nil && item.key.body == 0 && !item.isSequence
        (item.slab, item.offset) = self.keep(&item.reply.bytes)
        self.items.append(item)
      }
    } catch {
      self.problems.append(error)
    }
  }

  /// Whether it has read no entry.
  var isEmpty: Bool { self.items.isEmpty && self.mocks.isEmpty }

  mutating func note(_ problem: Diagnostic) { self.problems.append(problem) }

  /// Moves a reply's bytes into a slab. They are cut out of it again when all is read: a buffer that is still written to
  /// must have no other owner.
  private mutating func keep(_ bytes: inout ByteBuffer) -> (slab: Int, offset: Int) {
    let slab = self.slab(for: bytes.readableBytes)
    let offset = self.slabs[slab].writerIndex
    self.slabs[slab].writeImmutableBuffer(bytes)
    bytes = ByteBuffer()
    return (slab, offset)
  }

  /// The slab that the next reply goes to, which has room for it.
  private mutating func slab(for length: Int) -> Int {
    if self.slabs.isEmpty || self.slabs[self.slabs.count - 1].writableBytes < length {
      self.slabs.append(self.allocator.buffer(capacity: max(length, self.slabBytes)))
    }
    return self.slabs.count - 1
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

  /// Joins what several builders read, and puts equal requests in their recorded order.
  ///
  /// - Parameter isInOrder: Whether mocks stand in the builders' order, and not in that of their names.
  package static func finish(
    _ builders: [CassetteBuilder], isInOrder: Bool = false
  ) throws(Diagnostics) -> CassetteIndex {
    let problems = builders.flatMap(\.problems)
    guard problems.isEmpty else {
      throw Diagnostics(problems.sorted { ($0.place?.file ?? "") < ($1.place?.file ?? "") })
    }
    var mocks = builders.flatMap(\.mocks)
    if !isInOrder { mocks.sort { $0.name < $1.name } }
    return IndexBuilder(builders.map(\.items), mocks, of: builders.first?.reader.service.wire).finish()
  }
}
