import MockrecCore

/// The last of a text, without its secrets: they are found before anything is cut off.
struct RedactedTail: ~Copyable {
  private let redactor: Redactor
  private let kept: Int
  private var scanner: StreamingRedactor
  private var bytes: [UInt8] = []

  /// - Parameter kept: How many bytes there are in the end, at most.
  init(_ redactor: Redactor, kept: Int) {
    self.redactor = redactor
    self.kept = kept
    self.scanner = redactor.streaming(.text)
  }

  mutating func add(_ more: ArraySlice<UInt8>) {
    self.bytes += self.scanner.feed(Array(more))
    // Of what is cut in two here nothing is shown: there is twice as much as is wanted.
    if self.bytes.count > 4 * self.kept { self.bytes.removeFirst(self.bytes.count - 2 * self.kept) }
  }

  consuming func finish() -> [UInt8] {
    self.bytes += self.scanner.finish()
    // What began like JSON may have gone on otherwise.
    let text = self.redactor.text(String(decoding: self.bytes, as: UTF8.self))
    return Array(self.redactor.patterned(text).utf8.suffix(self.kept))
  }
}
