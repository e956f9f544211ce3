#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A HyperLogLog in the bytes in which Redis keeps it, so that GET answers as there.
///
/// A header of 16 bytes (`HYLL`, the encoding, the cached count) and 16,384 registers: six bits each, or run lengths.
///
/// Source: Ertl, "New cardinality estimation algorithms for HyperLogLog sketches", 2017; the layout is that of Redis
/// 7.0.
struct HyperLogLogValue {
  static let headerCount = 16
  static let registerCount = 16384
  private static let denseCount = headerCount + registerCount * 6 / 8
  private static let sparseLimit = 3000
  /// The bits of a hash that do not choose the register.
  private static let rankBits = 50

  private(set) var bytes: [UInt8]

  /// Nothing counted: one run of zeros.
  init() {
    self.bytes = Array("HYLL".utf8) + [1] + [UInt8](repeating: 0, count: 11) + [0x7f, 0xff]
  }

  /// Nil when the bytes are no HyperLogLog.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.headerCount, bytes[..<4].elementsEqual("HYLL".utf8), bytes[4] <= 1 else { return nil }
    guard bytes[4] == 1 || bytes.count == Self.denseCount else { return nil }
    self.bytes = bytes
  }

  var isDense: Bool { self.bytes[4] == 0 }

  /// The cached count, where it still holds.
  var cachedCount: UInt64? {
    guard self.bytes[15] & 0x80 == 0 else { return nil }
    return (8..<16).reversed().reduce(0) { $0 << 8 | UInt64(self.bytes[$1]) }
  }

  mutating func cache(_ count: UInt64) {
    for place in 0..<8 { self.bytes[8 + place] = UInt8(truncatingIfNeeded: count >> (8 * UInt64(place))) }
  }

  mutating func dropCache() { self.bytes[15] |= 0x80 }

  /// Counts an element. Returns whether a register changed; nil when the runs do not make sense.
  mutating func add(_ element: RedisBytes) -> Bool? {
    let hash = element.withBytes(Self.hash)
    let rank = UInt8(((hash >> 14) | 1 << UInt64(Self.rankBits)).trailingZeroBitCount + 1)
    return self.raise(Int(hash & 0x3fff), to: rank)
  }

  /// Makes a register at least `rank`.
  mutating func raise(_ register: Int, to rank: UInt8) -> Bool? {
    if self.isDense { return self.raiseDense(register, to: rank) }
    guard rank <= 32 else {
      guard self.makeDense() else { return nil }
      return self.raiseDense(register, to: rank)
    }
    return self.raiseSparse(register, to: rank)
  }

  private mutating func raiseDense(_ register: Int, to rank: UInt8) -> Bool {
    let place = Self.headerCount + register * 6 / 8
    let shift = UInt16(register * 6 & 7)
    let high = place + 1 < self.bytes.count ? UInt16(self.bytes[place + 1]) : 0
    let pair = UInt16(self.bytes[place]) | high << 8
    guard UInt8(pair >> shift & 63) < rank else { return false }
    let changed = pair & ~(63 << shift) | UInt16(rank) << shift
    self.bytes[place] = UInt8(truncatingIfNeeded: changed)
    if place + 1 < self.bytes.count { self.bytes[place + 1] = UInt8(changed >> 8) }
    return true
  }

  /// Runs of the sparse encoding: what they hold, how long they are and in how many bytes they stand.
  private struct Run {
    var value: UInt8
    var length: Int
    var size: Int
  }

  private func run(at place: Int) -> Run? {
    let first = self.bytes[place]
    if first & 0x80 != 0 { return Run(value: (first >> 2 & 31) + 1, length: Int(first & 3) + 1, size: 1) }
    if first & 0x40 == 0 { return Run(value: 0, length: Int(first & 63) + 1, size: 1) }
    guard place + 1 < self.bytes.count else { return nil }
    return Run(value: 0, length: (Int(first & 63) << 8 | Int(self.bytes[place + 1])) + 1, size: 2)
  }

  private static func encoded(_ value: UInt8, _ length: Int) -> [UInt8] {
    if length == 0 { return [] }
    if value > 0 { return [0x80 | (value - 1) << 2 | UInt8(length - 1)] }
    if length <= 64 { return [UInt8(length - 1)] }
    return [0x40 | UInt8((length - 1) >> 8), UInt8((length - 1) & 0xff)]
  }

  private mutating func raiseSparse(_ register: Int, to rank: UInt8) -> Bool? {
    var place = Self.headerCount
    var previous: Int?
    var first = 0
    while place < self.bytes.count {
      guard let run = self.run(at: place) else { return nil }
      guard register >= first + run.length else {
        if run.value >= rank { return false }
        var fresh = Self.encoded(run.value, register - first)
        fresh += Self.encoded(rank, 1) + Self.encoded(run.value, first + run.length - 1 - register)
        if fresh.count > run.size, self.bytes.count + fresh.count - run.size > Self.sparseLimit {
          guard self.makeDense() else { return nil }
          return self.raiseDense(register, to: rank)
        }
        self.bytes.replaceSubrange(place..<(place + run.size), with: fresh)
        self.mergeRuns(from: previous ?? Self.headerCount)
        self.dropCache()
        return true
      }
      previous = place
      place += run.size
      first += run.length
    }
    return nil
  }

  /// Joins equal neighbours among the next five runs.
  private mutating func mergeRuns(from start: Int) {
    var place = start
    var left = 5
    while place < self.bytes.count, left > 0 {
      left -= 1
      guard let run = self.run(at: place) else { return }
      if run.value > 0, place + 1 < self.bytes.count, let next = self.run(at: place + 1), next.value == run.value,
        run.length + next.length <= 4
      {
        self.bytes.replaceSubrange(place..<(place + 2), with: Self.encoded(run.value, run.length + next.length))
        continue
      }
      place += run.size
    }
  }

  /// Turns runs into registers. Returns false when the runs do not make sense.
  mutating func makeDense() -> Bool {
    if self.isDense { return true }
    guard let registers = self.registers else { return false }
    var dense = HyperLogLogValue()
    dense.bytes = Array(self.bytes[..<Self.headerCount])
    dense.bytes += [UInt8](repeating: 0, count: Self.denseCount - Self.headerCount)
    dense.bytes[4] = 0
    for (register, rank) in registers.enumerated() where rank > 0 { _ = dense.raiseDense(register, to: rank) }
    self = dense
    return true
  }

  /// All the registers; nil when the runs do not make sense.
  var registers: [UInt8]? {
    var registers = [UInt8](repeating: 0, count: Self.registerCount)
    if self.isDense {
      for register in 0..<Self.registerCount {
        let place = Self.headerCount + register * 6 / 8
        let high = place + 1 < self.bytes.count ? UInt16(self.bytes[place + 1]) : 0
        registers[register] = UInt8((UInt16(self.bytes[place]) | high << 8) >> UInt16(register * 6 & 7) & 63)
      }
      return registers
    }
    var place = Self.headerCount
    var register = 0
    while place < self.bytes.count {
      guard let run = self.run(at: place), register + run.length <= Self.registerCount else { return nil }
      if run.value > 0 { for offset in 0..<run.length { registers[register + offset] = run.value } }
      register += run.length
      place += run.size
    }
    return register == Self.registerCount ? registers : nil
  }

  /// The estimate of how many elements raised these registers.
  static func count(_ registers: [UInt8]) -> UInt64 {
    var histogram = [Int](repeating: 0, count: 64)
    for rank in registers { histogram[Int(rank)] += 1 }
    let size = Double(Self.registerCount)
    var sum = size * Self.tau((size - Double(histogram[Self.rankBits + 1])) / size)
    for rank in stride(from: Self.rankBits, through: 1, by: -1) {
      sum += Double(histogram[rank])
      sum *= 0.5
    }
    sum += size * Self.sigma(Double(histogram[0]) / size)
    let estimate = 0.721347520444481703680 * size * size / sum
    return UInt64(estimate.rounded(.toNearestOrAwayFromZero))
  }

  private static func sigma(_ start: Double) -> Double {
    if start == 1 { return .infinity }
    var power = start
    var weight = 1.0
    var sum = start
    while true {
      power *= power
      let before = sum
      sum += power * weight
      weight += weight
      if sum == before { return sum }
    }
  }

  private static func tau(_ start: Double) -> Double {
    if start == 0 || start == 1 { return 0 }
    var root = start
    var weight = 1.0
    var sum = 1 - start
    while true {
      root = root.squareRoot()
      let before = sum
      weight *= 0.5
      sum -= pow(1 - root, 2) * weight
      if sum == before { return sum / 3 }
    }
  }

  /// Source: MurmurHash64A by Austin Appleby, with the seed that Redis uses.
  private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    let multiplier: UInt64 = 0xc6a4_a793_5bd1_e995
    var hash = 0xadc8_3b19 ^ (UInt64(bytes.count) &* multiplier)
    let whole = bytes.count & ~7
    for offset in stride(from: 0, to: whole, by: 8) {
      var word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      word = word &* multiplier
      word ^= word >> 47
      hash ^= word &* multiplier
      hash = hash &* multiplier
    }
    if whole < bytes.count {
      for offset in whole..<bytes.count { hash ^= UInt64(bytes[offset]) << UInt64(8 * (offset - whole)) }
      hash = hash &* multiplier
    }
    hash ^= hash >> 47
    hash = hash &* multiplier
    return hash ^ hash >> 47
  }
}
