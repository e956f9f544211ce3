/// Where the scanners put their findings: it copies what they pass over and leaves out what they name a secret.
///
/// Offsets count from the first byte of the whole text, whatever the chunks are. While nothing was replaced in a text
/// that came in one piece, nothing is copied and nothing allocated.
struct RedactionSink: ~Copyable {
  /// How many secrets were replaced; what was a pseudonym already does not count.
  private(set) var replaced = 0
  private(set) var output: [UInt8] = []

  /// Everything before it was copied or left out.
  private var copied = 0
  private var secretStart: Int?
  /// Bytes of earlier chunks on which nothing was decided: they end where the chunk begins.
  private var held: [UInt8] = []
  private var chunk = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
  private var chunkStart = 0

  init() {}

  /// Whether a secret began and was not replaced yet.
  var isInSecret: Bool { self.secretStart != nil }

  /// Where the next chunk begins.
  var end: Int { self.chunkStart + self.chunk.count }

  /// The pointer must stay valid until `settle` or the sink's last use.
  mutating func open(_ chunk: UnsafeBufferPointer<UInt8>) {
    self.chunkStart = self.end
    self.chunk = chunk
  }

  /// A secret begins here; what follows is left out until `replace`.
  mutating func begin(at offset: Int) { self.secretStart = offset }

  /// The secret that began ends before `offset`, and `text` stands for it. Does nothing when none began.
  mutating func replace(until offset: Int, with text: [UInt8], counting: Bool) {
    guard let start = self.secretStart else { return }
    self.secretStart = nil
    if counting { self.replaced += 1 }
    if self.equals(text, start..<offset) { return }
    self.copy(until: start)
    self.output += text
    self.copied = offset
  }

  /// The secret ends before `offset`, and its pseudonym stands for it.
  mutating func replace(until offset: Int, with value: SecretValue) {
    self.replace(until: offset, with: value.pseudonym, counting: !value.isPseudonym)
  }

  /// The chunk has been read: everything before `undecided` can be written, the rest is kept for later.
  mutating func settle(undecided: Int?) {
    let keep = undecided ?? self.end
    if let start = self.secretStart {
      self.copy(until: start)
      self.copied = keep
      self.secretStart = keep
    } else {
      self.copy(until: keep)
    }
    let heldStart = self.chunkStart - self.held.count
    if keep >= self.chunkStart {
      self.held.removeAll(keepingCapacity: true)
      self.held.append(contentsOf: self.chunk[(keep - self.chunkStart)...])
    } else {
      if keep > heldStart { self.held.removeFirst(keep - heldStart) }
      self.held.append(contentsOf: self.chunk)
    }
    self.chunkStart = self.end
    self.chunk = UnsafeBufferPointer(start: nil, count: 0)
  }

  /// Takes what can be written.
  mutating func takeOutput() -> [UInt8] {
    let taken = self.output
    self.output = []
    return taken
  }

  /// The whole text after its only chunk, or nil when it stays as it was.
  mutating func finishWhole() -> [UInt8]? {
    guard self.copied > 0 || !self.output.isEmpty else { return nil }
    self.copy(until: self.end)
    return self.output
  }

  private mutating func copy(until offset: Int) {
    guard offset > self.copied else { return }
    if self.output.isEmpty { self.output.reserveCapacity(self.chunk.count + self.held.count) }
    if self.copied < self.chunkStart {
      let heldStart = self.chunkStart - self.held.count
      self.output += self.held[(self.copied - heldStart)..<(min(offset, self.chunkStart) - heldStart)]
      self.copied = min(offset, self.chunkStart)
    }
    if offset > self.copied {
      self.output.append(contentsOf: self.chunk[(self.copied - self.chunkStart)..<(offset - self.chunkStart)])
      self.copied = offset
    }
  }

  private func equals(_ text: [UInt8], _ range: Range<Int>) -> Bool {
    range.lowerBound >= self.chunkStart && range.count == text.count
      && self.chunk[(range.lowerBound - self.chunkStart)..<(range.upperBound - self.chunkStart)].elementsEqual(text)
  }
}

/// The pointer, the one member that is not Sendable itself, points somewhere only while one call of the owner's runs,
/// from `open` to `settle`; a sink cannot be copied, so that nobody else holds it during that call.
extension RedactionSink: @unchecked Sendable {}
