/// Bytes that grow at their end up to a bound, cheaper to add to one by one than an array.
struct JSONOutput: ~Copyable {
  /// Memory kept free behind `capacity`, so that a short piece can be written as one whole vector.
  private static let slack = 16

  private var base: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private var count = 0
  private let maximum: Int

  init(capacity: Int, maximum: Int) {
    self.capacity = max(capacity, 64)
    self.maximum = maximum
    base = .allocate(capacity: self.capacity + Self.slack)
  }

  deinit {
    base.deallocate()
  }

  @inline(__always)
  mutating func put(_ byte: UInt8) throws(JSONError) {
    if count == capacity { try grow(by: 1) }
    base[count] = byte
    count &+= 1
  }

  @inline(__always)
  mutating func put(_ byte: UInt8, count added: Int) throws(JSONError) {
    if added > capacity &- count { try grow(by: added) }
    if added <= Self.slack {
      UnsafeMutableRawPointer(base + count).storeBytes(of: SIMD16(repeating: byte), as: SIMD16<UInt8>.self)
    } else {
      (base + count).initialize(repeating: byte, count: added)
    }
    count &+= added
  }

  /// Copies the bytes of `source` from `start` to before `end`.
  @inline(__always)
  mutating func put(_ start: Int, _ end: Int, of source: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    guard let first = source.baseAddress else { return }
    let added = end &- start
    if added > capacity &- count { try grow(by: added) }
    if added <= Self.slack, source.count &- start >= Self.slack {
      let vector = UnsafeRawPointer(first + start).loadUnaligned(as: SIMD16<UInt8>.self)
      UnsafeMutableRawPointer(base + count).storeBytes(of: vector, as: SIMD16<UInt8>.self)
    } else {
      (base + count).initialize(from: first + start, count: added)
    }
    count &+= added
  }

  /// Everything; valid until it is changed or gone.
  @inline(__always)
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: count) }

  @inline(__always)
  private mutating func grow(by added: Int) throws(JSONError) {
    (base, capacity) = try Self.grown(base, count, capacity, by: added, maximum: maximum)
  }

  /// Takes and gives values, so that the output itself can stay in registers.
  @inline(never)
  private static func grown(
    _ base: UnsafeMutablePointer<UInt8>, _ count: Int, _ capacity: Int, by added: Int, maximum: Int
  ) throws(JSONError) -> (UnsafeMutablePointer<UInt8>, Int) {
    guard added <= maximum - count else {
      throw JSONError(offset: 0, message: "laid out, the text is longer than \(maximum) bytes")
    }
    let larger = min(max(capacity * 2, count + added), max(maximum, 64))
    let moved = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
    moved.moveInitialize(from: base, count: count)
    base.deallocate()
    return (moved, larger)
  }
}
