import MockrecCore

/// The fields that say when or by which run rather than what, and digests of replies without them.
struct VolatileFields: Sendable {
  let names: Set<String>
  private let list: [String]

  init(_ names: Set<String>) {
    self.names = names
    self.list = names.sorted()
  }

  private func contains(_ name: String) -> Bool {
    let length = name.utf8.count
    return self.list.contains { $0.utf8.count == length && $0.equalsIgnoringCase(name) }
  }

  /// A digest of a reply whose body is in the message.
  func fingerprint(_ reply: Message) -> UInt64 {
    switch reply.body.content {
    case .bytes(let bytes): bytes.withUnsafeBytes { self.fingerprint(reply, body: $0) }
    case .file(let name, _): Array(name.utf8).withUnsafeBytes { self.fingerprint(reply, body: $0) }
    }
  }

  /// A digest of a reply. Only compared with others of this run.
  func fingerprint(_ reply: Message, body: UnsafeRawBufferPointer) -> UInt64 {
    var digest = RunDigest()
    // The version and the words behind the status are the connection's, not the service's answer.
    if reply.start.count > 1 { digest.append(reply.start[1]) }
    self.append(reply.fields, to: &digest)
    self.append(reply.trailers, to: &digest)
    digest.append(body)
    return digest.value
  }

  private func append(_ fields: Fields, to digest: inout RunDigest) {
    for field in fields.list where !self.contains(field.name) {
      digest.append(field.name)
      digest.append(field.value)
    }
  }
}

/// A hash of pieces, eight bytes at a time: several times as fast as FNV-1a, and not meant to outlive the process.
struct RunDigest {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// One step of the 64 × 64 → 128 bit multiplication that wyhash is made of.
  @inline(__always)
  private mutating func mix(_ word: UInt64) {
    let product = (self.value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
    self.value = product.high ^ product.low ^ 0xE703_7ED1_A0B4_28DB
  }

  /// The piece and its length: where one ends and the next begins makes a difference.
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    self.mix(UInt64(truncatingIfNeeded: bytes.count))
    var offset = 0
    while offset + 8 <= bytes.count {
      self.mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      offset += 8
    }
    guard offset < bytes.count else { return }
    var word: UInt64 = 0
    while offset < bytes.count {
      word = word << 8 | UInt64(bytes[offset])
      offset += 1
    }
    self.mix(word)
  }

  mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { self.append(UnsafeRawBufferPointer($0)) }
  }
}
