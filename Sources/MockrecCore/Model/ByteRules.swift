/// What does not count in requests of a protocol that mockrec does not speak, and what of a request its reply repeats.
public struct ByteRules: Sendable, Hashable {
  /// Bytes of a request that do not count when requests are compared.
  public struct Mask: Sendable, Hashable {
    public var offset: Int
    public var length: Int

    public init(offset: Int, length: Int) {
      self.offset = offset
      self.length = length
    }
  }

  /// Bytes of a request that stand in its reply again, such as the number of a transaction.
  public struct Echo: Sendable, Hashable {
    /// Where in the request.
    public var from: Int
    /// Where in the reply.
    public var to: Int
    public var length: Int

    public init(from: Int, to: Int, length: Int) {
      self.from = from
      self.to = to
      self.length = length
    }
  }

  public var masks: [Mask] = []
  public var echoes: [Echo] = []

  public init() {}

  public var isEmpty: Bool { self.masks.isEmpty && self.echoes.isEmpty }

  /// The request with all masked bytes alike: `0` where the rest is text, so that it stays text, else zero bytes.
  package func masked(_ request: [UInt8]) -> [UInt8] {
    guard !self.masks.isEmpty else { return request }
    var bytes = request
    for mask in self.masks {
      for index in Self.range(mask.offset, mask.length, in: bytes.count) { bytes[index] = UInt8(ascii: "0") }
    }
    let isText = String(validating: bytes, as: UTF8.self) != nil && !bytes.contains { $0 < 0x20 && !(9...13 ~= $0) }
    guard !isText else { return bytes }
    for mask in self.masks {
      for index in Self.range(mask.offset, mask.length, in: bytes.count) { bytes[index] = 0 }
    }
    return bytes
  }

  /// Copies what a reply repeats of its request into it; what lies beyond either's end is left out.
  package func echo(_ request: some RandomAccessCollection<UInt8>, into reply: inout [UInt8]) {
    for echo in self.echoes {
      for index in 0..<echo.length {
        let (from, to) = (echo.from + index, echo.to + index)
        guard from < request.count, to < reply.count else { break }
        reply[to] = request[request.index(request.startIndex, offsetBy: from)]
      }
    }
  }

  /// Whether a reply repeats of this request all that it should; true where there is nothing to repeat.
  package func answers(_ reply: [UInt8], _ request: [UInt8]) -> Bool {
    self.echoes.allSatisfy { echo in
      (0..<echo.length).allSatisfy { index in
        let (from, to) = (echo.from + index, echo.to + index)
        guard from < request.count, to < reply.count else { return true }
        return request[from] == reply[to]
      }
    }
  }

  private static func range(_ offset: Int, _ length: Int, in count: Int) -> Range<Int> {
    let start = min(offset, count)
    return start..<min(start + length, count)
  }
}
