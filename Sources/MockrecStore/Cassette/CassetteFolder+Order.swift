/// The names that `order` lists, and whether its last line is ended.
struct ListedNames: Sendable {
  var names: Set<String> = []
  var isRead = false
  /// Whether entries were looked for that are not listed.
  var isComplete = false
  var endsLine = true
}

extension CassetteFolder {
  static let orderName = "order"
  static let attributesName = ".gitattributes"
  /// What two people append is kept from both when their recordings are merged.
  static let attributesLine = "order merge=union"
  static let maximumOrderLength = 64 << 20

  /// The names of the exchanges' files in the order in which they were recorded.
  package func recordedNames() throws -> FileNames { try self.ordered(self.unsortedNames()) }

  /// These names in the order in which their files were recorded; those that are not listed come last, by name.
  package func ordered(_ names: FileNames) throws -> FileNames {
    let sorted = names.sortedByBytes()
    var isLeft = [Bool](repeating: true, count: sorted.count)
    var ordered = FileNames(roomFor: names)
    var rest = try self.folder.contents(Self.orderName, limit: Self.maximumOrderLength)?[...] ?? []
    // One line at a time: there may be a hundred thousand.
    while !rest.isEmpty {
      let line = rest.prefix { $0 != 0x0A }
      rest = rest[line.endIndex...].dropFirst()
      let name = line.last == 0x0D ? line.dropLast() : line
      guard let position = sorted.sortedIndex(of: name), isLeft[position] else { continue }
      isLeft[position] = false
      ordered.append(name)
    }
    for position in sorted.indices where isLeft[position] { ordered.append(sorted.utf8(at: position)) }
    return ordered
  }

  /// Appends the names that are not listed yet, in one write.
  package func appendToOrder(_ names: [String]) throws {
    try self.listed.withLock { listed in
      if !listed.isRead {
        let contents = try self.folder.contents(Self.orderName, limit: Self.maximumOrderLength) ?? []
        listed.names = Set(Self.lines(of: contents))
        listed.endsLine = contents.last.map { $0 == 0x0A } ?? true
        listed.isRead = true
        try self.ensureAttributes()
      }
      var new: [String] = []
      for name in names where !listed.names.contains(name) && !new.contains(name) { new.append(name) }
      guard !new.isEmpty else { return }
      if !listed.isComplete {
        // A process that was killed may have written entries and not listed them: they were there before these.
        let unlisted = try self.entryNames().filter { !listed.names.contains($0) && !new.contains($0) }
        new = unlisted + new
        listed.isComplete = true
      }
      let text = (listed.endsLine ? "" : "\n") + new.map { $0 + "\n" }.joined()
      try self.folder.append(Array(text.utf8), to: Self.orderName)
      listed.names.formUnion(new)
      listed.endsLine = true
    }
  }

  /// Lists these names and no others, for a cassette that was recorded anew. An unchanged list is not written.
  package func replaceOrder(_ names: [String]) throws {
    try self.listed.withLock { listed in
      try self.ensureAttributes()
      _ = try self.put(Self.orderName, Array(names.map { $0 + "\n" }.joined().utf8))
      listed = ListedNames(names: Set(names), isRead: true, endsLine: true)
    }
  }

  private static func lines(of contents: [UInt8]) -> [String] {
    contents.split(separator: 0x0A).map { line in
      String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
    }
  }

  private func ensureAttributes() throws {
    let contents = try self.folder.contents(Self.attributesName, limit: 1 << 20) ?? []
    guard !Self.lines(of: contents).contains(Self.attributesLine) else { return }
    let start = contents.last.map { $0 == 0x0A } ?? true ? "" : "\n"
    _ = try self.put(Self.attributesName, contents + Array("\(start)\(Self.attributesLine)\n".utf8))
  }
}
