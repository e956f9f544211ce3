import MockrecCoding
import MockrecCore
import MockrecWire
import NIOCore

/// Reads a call's messages as they come, and gives the key of the whole call, and of what came so far.
///
/// Messages are compared by what they mean: as JSON without their secrets and without the ignored paths. One that is too
/// long for that is compared byte by byte.
final class GRPCKeyBuilder: KeyBuilder {
  private let request: GRPCRequest
  private let head: String
  private let rules: MatchRules
  private let limit: Int
  private var cutter = GRPCCutter()
  private var whole = FNV1a()
  private var count = 0
  private var message: [UInt8] = []
  /// Of a message that is too long to be kept.
  private var long: FNV1a?
  private var all: [UInt8]? = []

  init(_ request: GRPCRequest, head: String, rules: MatchRules, limit: Int) {
    self.request = request
    self.head = head
    self.rules = rules
    self.limit = limit
  }

  var kept: [UInt8]? { self.all }

  var progress: KeyProgress? { KeyProgress(messages: self.count, digest: self.whole.value) }

  func feed(_ bytes: UnsafeRawBufferPointer) {
    if self.all != nil {
      self.all?.append(contentsOf: bytes)
      if (self.all?.count ?? 0) > self.limit { self.all = nil }
    }
    self.cutter.feed(bytes) { _, isCompressed, _ in
      self.end(isCompressed)
    } piece: {
      self.add($1)
    }
  }

  private func add(_ piece: UnsafeRawBufferPointer) {
    guard self.long == nil else {
      self.long?.append(piece)
      return
    }
    self.message.append(contentsOf: piece)
    guard self.message.count > self.limit else { return }
    self.long = FNV1a(self.message)
    self.message = []
  }

  private func end(_ isCompressed: Bool) {
    var digest = self.long?.value ?? self.digest(isCompressed)
    withUnsafeBytes(of: &digest) { self.whole.append($0) }
    self.count += 1
    self.long = nil
    self.message.removeAll(keepingCapacity: true)
  }

  private func digest(_ isCompressed: Bool) -> UInt64 {
    guard let memory = self.request.memory, !isCompressed, self.message.count <= GRPCKeyMemory.longest else {
      return self.read(isCompressed)
    }
    return memory.value.digest(of: self.message, in: self.request.path) { self.read(isCompressed) }
  }

  private func read(_ isCompressed: Bool) -> UInt64 {
    var plain = self.message
    if isCompressed, let coding = self.request.coding.flatMap(ContentCoding.init(fieldValue:)) {
      plain = (try? coding.decode(plain, limit: GRPCWire.longestDecoded)) ?? plain
    }
    let messages = self.request.types.messages(of: self.request.path, .request)
    let clean = messages.clean(plain, self.rules.redactor)
    var digest = FNV1a()
    if let json = messages.json(clean) {
      json.removing(self.rules.ignoredJSON).digest(into: &digest)
    } else {
      digest.append(clean)
    }
    return digest.value
  }

  func finish() -> MatchKey { MatchKey(head: self.head, body: self.count == 0 ? 0 : self.whole.value) }
}

extension GRPCWire {
  /// The longest message that a compressed one may turn out to be. Bytes.
  static let longestDecoded = 64 << 20

  package func cutter(for request: Message) -> (any MessageCutter)? { GRPCCutter() }
}
