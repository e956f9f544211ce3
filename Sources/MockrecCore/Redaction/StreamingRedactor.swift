/// Redacts a body that comes in chunks and is too large to keep.
///
/// Gives the same bytes as the whole body at once would, whatever the chunks are. It holds back at most 64 KiB, what
/// may turn out a secret; a secret of any length is dropped as it comes.
package struct StreamingRedactor: ~Copyable, Sendable {
  private var body: BodyRedaction
  private var sink = RedactionSink()

  init(_ body: BodyRedaction) { self.body = body }

  /// How many secrets were replaced so far.
  package var replaced: Int { self.sink.replaced }

  /// Takes the next bytes and gives those that can be written now.
  package mutating func feed(_ chunk: UnsafeRawBufferPointer) -> [UInt8] {
    chunk.withMemoryRebound(to: UInt8.self) { bytes in
      let base = self.sink.end
      self.sink.open(bytes)
      self.body.feed(bytes, base: base, sink: &self.sink)
      self.sink.settle(undecided: self.body.undecided)
      return self.sink.takeOutput()
    }
  }

  package mutating func feed(_ chunk: [UInt8]) -> [UInt8] { chunk.withUnsafeBytes { self.feed($0) } }

  /// Gives the last bytes. The body has ended: what is fed afterwards passes unread.
  package mutating func finish() -> [UInt8] {
    self.body.finish(at: self.sink.end, sink: &self.sink)
    self.sink.settle(undecided: nil)
    return self.sink.takeOutput()
  }
}
