/// Compares the fields of two answers by name, whatever their case.
struct HeaderDiff {
  /// Fields of the connection and of the moment (RFC 9110, 7.6.1 and 6.6.1): no two answers need to agree on them.
  static let ofConnection: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via", "date",
    "age",
  ]

  /// Fields on which clients act: another value, or none, changes what they do next.
  static let meaningful: Set<String> = [
    "location", "www-authenticate", "proxy-authenticate", "content-encoding", "retry-after", "allow", "content-range",
  ]

  let noise: Noise
  let asserted: Asserted
  let ignored: Set<String>

  init(noise: Noise, asserted: Asserted, ignored: Set<String>) {
    self.noise = noise
    self.asserted = asserted
    self.ignored = Set(ignored.map { $0.lowercased() }).union(Self.ofConnection)
  }

  func differences(_ fake: Answer, _ real: Answer) -> [Difference] {
    var found: [Difference] = []
    for name in self.names(fake.fields, real.fields) where self.isCompared(name.lowercased(), fake, real) {
      let (a, b) = (fake.fields[all: name], real.fields[all: name])
      guard let change = self.change(name.lowercased(), a, b) else { continue }
      found.append(
        Difference(
          "header \(name)", change, fake: a.isEmpty ? nil : Excerpt.text(a.joined(separator: ", ")),
          real: b.isEmpty ? nil : Excerpt.text(b.joined(separator: ", "))))
    }
    return found + self.spelling(fake.fields, real.fields)
  }

  private func names(_ a: Fields, _ b: Fields) -> [String] {
    var seen: Set<String> = []
    return (a.list + b.list).map(\.name).filter { seen.insert($0.lowercased()).inserted }
  }

  private func isCompared(_ name: String, _ fake: Answer, _ real: Answer) -> Bool {
    guard !self.ignored.contains(name), !self.asserted.headers.contains(name) else { return false }
    // A body says its own length; only where none is there (HEAD) does the field say anything.
    return name != "content-length" || (fake.body.isEmpty && real.body.isEmpty)
  }

  private func change(_ name: String, _ a: [String], _ b: [String]) -> Change? {
    guard a != b else { return nil }
    if let varying = self.noise.headers[name] {
      if varying.presence, a.isEmpty || b.isEmpty { return nil }
      if varying.value, !a.isEmpty, !b.isEmpty { return nil }
    }
    if name == "content-type" {
      return MediaType(a.first ?? "").essence == MediaType(b.first ?? "").essence ? .headerValue : .headerMeaning
    }
    if a.isEmpty { return .headerAdded }
    if Self.meaningful.contains(name) { return .headerMeaning }
    if b.isEmpty { return .headerRemoved }
    return a.sorted() == b.sorted() ? .headerOrder : .headerValue
  }

  /// Names in another case or order: one finding for all of them.
  private func spelling(_ a: Fields, _ b: Fields) -> [Difference] {
    let shared = { (ours: Fields, theirs: Fields) in
      ours.list.map(\.name).filter { theirs.contains($0) && !self.ignored.contains($0.lowercased()) }
    }
    let (left, right) = (shared(a, b), shared(b, a))
    guard left != right else { return [] }
    let isOrder = left.map { $0.lowercased() } != right.map { $0.lowercased() }
    // A field that is repeated more often on one side was found already.
    guard left.count == right.count else { return [] }
    return [
      Difference(
        "header names", isOrder ? .headerOrder : .headerSpelling, fake: left.joined(separator: ", "),
        real: right.joined(separator: ", "))
    ]
  }
}
