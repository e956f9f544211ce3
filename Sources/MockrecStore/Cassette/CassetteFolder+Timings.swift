extension CassetteFolder {
  static let timingsName = "timings"
  private static let maximumTimingsLength = 64 << 20

  /// Notes how long a service took to begin each reply: a line an entry, its name and whole microseconds. Of an entry
  /// that is noted twice the later line counts.
  package func appendTimings(_ timings: [(name: String, time: Duration)]) throws {
    let text = timings.map { "\($0.name) \(Int($0.time.microseconds))\n" }.joined()
    try self.folder.append(Array(text.utf8), to: Self.timingsName)
  }

  /// The times that are noted, by the names of entries; lines that are none are passed over.
  package func timings() throws -> [String: Duration] {
    var timings: [String: Duration] = [:]
    let contents = try self.folder.contents(Self.timingsName, limit: Self.maximumTimingsLength) ?? []
    for line in contents.split(separator: 0x0A) {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ")
      guard words.count == 2, let time = Int64(words[1]), time >= 0 else { continue }
      timings[String(words[0])] = .microseconds(time)
    }
    return timings
  }
}

extension Duration {
  fileprivate var microseconds: Int64 {
    self.components.seconds * 1_000_000 + self.components.attoseconds / 1_000_000_000_000
  }
}
