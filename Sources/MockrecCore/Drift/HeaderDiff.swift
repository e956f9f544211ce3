/// Compares the fields of two answers by name, whatever their case.
struct HeaderDiff {
  /// Fields of the connection and of the moment (RFC 9110, 7.6.1 and 6.6.1): no two answers need to agree on them.
  static let ofConnection: Set<String> = [
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "via", "date",
    "age",
  ]

  /// Fields on which clients act: another value, or none, changes what they do next.
  static let meaningful: Set<String> = [
    "location", "www-authenticate", "proxy-authenticate", "content-encoding",
  ]

  /// Fields that clients read where they are sent: what reads them finds nothing when they go.
  static let relied: Set<String> = meaningful.union([
    "set-cookie", "link", "retry-after", "content-range", "etag", "last-modified", "x-total-count",
  ])

  /// Lists of what may be asked: one word less is one thing less that works.
  static let allowances: Set<String> = [
    "allow", "accept-patch", "accept-post", "accept-ranges", "access-control-allow-methods",
    "access-control-allow-headers",
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
    if let varying = self.noise.headers[name] {
      if varying.presence, a.isEmpty || b.isEmpty { return nil }
      if varying.value, !a.isEmpty, !b.isEmpty, varying.fits(a), varying.fits(b) { return nil }
    }
    return Self.change(name, a, b)
  }

  /// What the values `b` in place of `a` are to clients; nil for the same.
  ///
  /// - Parameter name: In small letters.
  static func change(_ name: String, _ a: [String], _ b: [String]) -> Change? {
    guard a != b else { return nil }
    if name == "content-type" {
      return MediaType(a.first ?? "").essence == MediaType(b.first ?? "").essence ? .headerValue : .headerMeaning
    }
    if a.isEmpty { return .headerAdded }
    if Self.allowances.contains(name) { return Self.allowance(a, b) }
    if Self.meaningful.contains(name) { return .headerMeaning }
    if b.isEmpty { return Self.relied.contains(name) ? .headerMeaning : .headerRemoved }
    return a.sorted() == b.sorted() ? .headerOrder : .headerValue
  }

  private static func allowance(_ a: [String], _ b: [String]) -> Change {
    let words = { (values: [String]) in
      Set(values.flatMap { $0.split(separator: ",") }.map { $0.trimmingBlanks.lowercased() })
    }
    let (ours, theirs) = (words(a), words(b))
    if theirs.contains("*") { return ours.contains("*") ? .headerOrder : .headerValue }
    guard ours.isSubset(of: theirs) else { return .headerMeaning }
    return ours == theirs ? .headerOrder : .headerValue
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
