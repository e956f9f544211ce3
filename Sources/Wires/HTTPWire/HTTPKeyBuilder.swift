import MockrecCoding
import MockrecCore
import MockrecWire

/// Reads a request's body and gives the key of the whole request.
///
/// Bodies up to the limit are compared by what they mean: JSON as JSON without the ignored paths, forms as sorted pairs,
/// multipart bodies without their boundary, compressed ones decoded. Longer ones are compared byte by byte, secrets
/// replaced, in constant memory.
final class HTTPKeyBuilder: KeyBuilder {
  private let head: String
  private let kind: BodyKind
  private let coding: String?
  private let rules: MatchRules
  private let limit: Int
  private var buffer: [UInt8] = []
  /// Set once the body is too long to be kept.
  private var redactor: StreamingRedactor?
  private var digest = FNV1a()
  private var isStreaming = false

  init(head: String, kind: BodyKind, coding: String?, rules: MatchRules, limit: Int) {
    self.head = head
    self.kind = kind
    self.coding = coding
    self.rules = rules
    self.limit = limit
  }

  var kept: [UInt8]? { self.isStreaming ? nil : self.buffer }

  func feed(_ bytes: UnsafeRawBufferPointer) {
    guard !self.isStreaming else { return self.stream(bytes) }
    self.buffer.append(contentsOf: bytes)
    guard self.buffer.count > self.limit else { return }
    self.isStreaming = true
    self.redactor = self.rules.redactor.streaming(self.kind)
    let start = self.buffer
    self.buffer = []
    start.withUnsafeBytes { self.stream($0) }
  }

  private func stream(_ bytes: UnsafeRawBufferPointer) {
    if let clean = self.redactor?.feed(bytes) { self.digest.append(clean) }
  }

  func finish() -> MatchKey {
    if self.isStreaming {
      if let rest = self.redactor?.finish() { self.digest.append(rest) }
      return MatchKey(head: self.head, body: self.digest.value)
    }
    guard !self.buffer.isEmpty else { return MatchKey(head: self.head) }
    HTTPBodyKey(kind: self.kind, coding: self.coding, rules: self.rules).feed(self.buffer, into: &self.digest)
    return MatchKey(head: self.head, body: self.digest.value)
  }
}

/// The normal form of a body that is in memory.
struct HTTPBodyKey {
  var kind: BodyKind
  var coding: String?
  var rules: MatchRules

  func feed(_ body: [UInt8], into digest: inout FNV1a) {
    let clean = self.rules.redactor.body(self.decoded(body), as: self.kind)
    switch self.kind {
    case .json, .text:
      if let json = self.container(clean) { json.digest(into: &digest) } else { digest.append(clean) }
    case .form:
      digest.append(self.pairs(clean).joined(separator: "&").utf8)
    case .multipart(let boundary):
      digest.append(Self.withoutBoundary(clean, boundary))
    case .opaque:
      digest.append(clean)
    }
  }

  /// The body as JSON, its secrets replaced, what is ignored left out; nil when it is not JSON.
  func json(_ body: [UInt8]) -> JSON? {
    switch self.kind {
    case .json, .text: self.container(self.rules.redactor.body(self.decoded(body), as: self.kind))
    case .form, .multipart, .opaque: nil
    }
  }

  private func container(_ clean: [UInt8]) -> JSON? {
    guard let first = clean.first(where: { $0 > 32 }), self.kind == .json || first == 0x7B || first == 0x5B else {
      return nil
    }
    guard let json = try? JSON.parse(clean) else { return nil }
    return json.removing(self.rules.ignoredJSON)
  }

  private func pairs(_ body: [UInt8]) -> [String] {
    String(decoding: body, as: UTF8.self).split(separator: "&").map(String.init)
      .filter { !self.rules.ignoredQuery.contains(HTTPTarget.decoded($0.prefix { $0 != "=" })) }.sorted()
  }

  private func decoded(_ body: [UInt8]) -> [UInt8] {
    guard let coding = self.coding.flatMap(ContentCoding.init(fieldValue:)) else { return body }
    return (try? coding.decode(body, limit: 64 << 20)) ?? body
  }

  /// The body with every occurrence of the boundary, which clients draw anew for each request, taken out.
  static func withoutBoundary(_ body: [UInt8], _ boundary: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(body.count)
    var index = 0
    while index < body.count {
      if body[index] == boundary[0], index + boundary.count <= body.count,
        body[index..<(index + boundary.count)].elementsEqual(boundary)
      {
        index += boundary.count
      } else {
        result.append(body[index])
        index += 1
      }
    }
    return result
  }
}
