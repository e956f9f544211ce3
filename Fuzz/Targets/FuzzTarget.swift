import MockrecWire

/// Something that takes bytes of strangers, and what must hold whatever they are.
package struct FuzzTarget: Sendable {
  package let name: String
  /// Throws a `FuzzFailure` for input that shows a law broken; returns for all other, however bad.
  package let run: @Sendable (FuzzInput) throws -> Void

  /// One a wire, the Redis in memory, and the texts that people write.
  package static let all: [FuzzTarget] = [.redis, .redisFake, .tcp, .udp, .http, .http2, .grpc, .text]

  package static func named(_ name: String) -> FuzzTarget? { self.all.first { $0.name == name } }
}

/// What a target is fed.
package struct FuzzInput: Sendable {
  package var bytes: [UInt8]
  /// Bytes of heap that this process holds now; nil where nobody can tell.
  package var heap: (@Sendable () -> Int)?

  package init(_ bytes: [UInt8], heap: (@Sendable () -> Int)? = nil) {
    self.bytes = bytes
    self.heap = heap
  }
}

/// A law that some input broke.
package struct FuzzFailure: Error, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }
}

/// Fails unless the law holds.
func hold(_ law: Bool, _ broken: @autoclosure () -> String) throws {
  if !law { throw FuzzFailure(broken()) }
}

/// Settings, taken byte by byte from the front of an input; zero where it has no more.
struct FuzzSettings {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.rest = bytes[...] }

  mutating func byte() -> UInt8 { self.rest.popFirst() ?? 0 }

  mutating func below(_ count: Int) -> Int { Int(self.byte()) % count }

  mutating func one<Element>(of list: [Element]) -> Element { list[self.below(list.count)] }

  /// What a wire of HTTP may be sent.
  mutating func limits() -> WireLimits {
    var limits = WireLimits()
    limits.bodyBytes = self.one(of: [nil, 16, 1024])
    limits.headBytes = self.one(of: [64 << 10, 512])
    limits.fieldCount = self.one(of: [256, 4])
    return limits
  }
}

/// Pieces of seeded sizes.
struct Pieces {
  /// Cuts bytes at places that a seed chooses: 0 cuts behind every byte, 255 nowhere. Of long input the pieces are
  /// longer, so that there are never very many.
  static func cut(_ bytes: [UInt8], seed: UInt8) -> [ArraySlice<UInt8>] {
    guard seed < 255 else { return [bytes[...]] }
    var pieces: [ArraySlice<UInt8>] = []
    let least = 1 + bytes.count / 2048
    var state = UInt64(seed)
    var rest = bytes[...]
    while !rest.isEmpty {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let more = seed == 0 ? 0 : Int(state >> 33) % (1 + Int(seed) / 4)
      pieces.append(rest.prefix(least + more))
      rest = rest.dropFirst(least + more)
    }
    return pieces
  }
}
