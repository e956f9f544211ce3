import MockrecCore

/// Two answers in two columns, line by line, what is alike folded away.
struct SideBySide: Sendable {
  /// A line in three parts: the middle one is what differs from the line beside it.
  struct Cell: Sendable, Hashable {
    var before: String
    var changed: String
    var after: String
  }

  enum Kind: Sendable, Hashable { case same, changed, onlyFake, onlyReal }

  struct Row: Sendable, Hashable {
    var kind: Kind
    /// Whether a difference speaks of it; else what differs is noise, or an assert's.
    var isFinding: Bool
    var fake: Cell?
    var real: Cell?
  }

  enum Piece: Sendable, Hashable {
    case row(Row)
    /// So many lines that are alike.
    case fold(Int)
  }

  private static let context = 2

  /// - Parameter paths: Those of the differences that were found.
  /// - Complexity: O(lines × lines that differ); answers are cut to a few hundred lines.
  static func pieces(fake: ShownAnswer, real: ShownAnswer, paths: [String]) -> [Piece] {
    let found = Set(paths.map(self.general))
    var rows: [Row] = []
    for pair in self.rows(fake.head, real.head) + self.rows(fake.body, real.body) {
      var row = self.row(pair)
      let isClosing = (pair.fake ?? pair.real)?.path.isEmpty ?? false
      row.isFinding =
        row.kind != .same
        && (isClosing
          ? rows.last?.isFinding ?? false
          : [pair.fake, pair.real].contains { $0.map { self.isSpokenOf($0.path, found) } ?? false })
      rows.append(row)
    }
    return self.folded(rows)
  }

  private typealias Pair = (fake: ShownAnswer.Line?, real: ShownAnswer.Line?)

  private static func rows(_ fake: [ShownAnswer.Line], _ real: [ShownAnswer.Line]) -> [Pair] {
    // A comma says only that something follows.
    let key = { (line: ShownAnswer.Line) in line.text.hasSuffix(",") ? String(line.text.dropLast()) : line.text }
    let change = real.map(key).difference(from: fake.map(key))
    var removed: Set<Int> = []
    var added: Set<Int> = []
    for step in change {
      switch step {
      case .remove(let offset, _, _): removed.insert(offset)
      case .insert(let offset, _, _): added.insert(offset)
      }
    }
    var rows: [Pair] = []
    var (left, right) = (0, 0)
    while left < fake.count || right < real.count {
      var gone: [ShownAnswer.Line] = []
      var new: [ShownAnswer.Line] = []
      while removed.contains(left) {
        gone.append(fake[left])
        left += 1
      }
      while added.contains(right) {
        new.append(real[right])
        right += 1
      }
      rows += self.paired(gone, new)
      guard left < fake.count, right < real.count else { continue }
      rows.append((fake[left], real[right]))
      left += 1
      right += 1
    }
    return rows
  }

  /// What went and what came at one place: what has the same path, indices aside, stands side by side.
  private static func paired(_ gone: [ShownAnswer.Line], _ new: [ShownAnswer.Line]) -> [Pair] {
    var rows: [Pair] = []
    var rest = new[...]
    for line in gone {
      let path = self.general(line.path)
      if let partner = rest.firstIndex(where: { self.general($0.path) == path && !path.isEmpty }) {
        rows += rest[..<partner].map { (nil, $0) }
        rows.append((line, rest[partner]))
        rest = rest[(partner + 1)...]
      } else {
        rows.append((line, nil))
      }
    }
    return rows + rest.map { (nil, $0) }
  }

  private static func row(_ pair: Pair) -> Row {
    switch pair {
    case (let fake?, let real?):
      let (a, b) = self.cells(fake.text, real.text)
      let isSame = a.changed.isEmpty && b.changed.isEmpty || a.changed + b.changed == ","
      return Row(kind: isSame ? .same : .changed, isFinding: false, fake: a, real: b)
    case (let fake?, nil):
      return Row(kind: .onlyFake, isFinding: false, fake: Cell(before: "", changed: fake.text, after: ""))
    case (nil, let real):
      return Row(kind: .onlyReal, isFinding: false, real: Cell(before: "", changed: real?.text ?? "", after: ""))
    }
  }

  /// Both lines, with what they have in common at their ends set apart.
  private static func cells(_ a: String, _ b: String) -> (Cell, Cell) {
    let (left, right) = (Array(a), Array(b))
    var start = 0
    while start < left.count, start < right.count, left[start] == right[start] { start += 1 }
    var end = 0
    while end < left.count - start, end < right.count - start,
      left[left.count - 1 - end] == right[right.count - 1 - end]
    {
      end += 1
    }
    let cell = { (line: [Character]) in
      Cell(
        before: String(line[..<start]), changed: String(line[start..<(line.count - end)]),
        after: String(line[(line.count - end)...]))
    }
    return (cell(left), cell(right))
  }

  /// Whether a path of the findings is this one, or stands around or in it. Indices do not count: elements of arrays
  /// that are aligned by what they are have another index on each side.
  private static func isSpokenOf(_ path: String, _ found: Set<String>) -> Bool {
    guard !path.isEmpty else { return false }
    let path = self.general(path)
    if found.contains(path) || path.hasPrefix("body line") && found.contains(where: { $0.hasPrefix("body") }) {
      return true
    }
    guard path.hasPrefix("$") else { return false }
    return found.contains { other in
      other.hasPrefix("$") && path.hasPrefix(other) && [".", "["].contains(path.dropFirst(other.count).first)
    }
  }

  /// A path without indices, and a header's name in small letters.
  static func general(_ path: String) -> String {
    guard path.hasPrefix("$") else { return path.hasPrefix("header ") ? path.lowercased() : path }
    var general = ""
    var rest = path[...]
    while let open = rest.firstIndex(of: "[") {
      general += rest[..<open]
      let inside = rest[rest.index(after: open)...]
      guard let first = inside.first, first != "'", first != "\"", let close = inside.firstIndex(of: "]") else {
        general += "["
        rest = inside
        continue
      }
      general += "[]"
      rest = inside[inside.index(after: close)...]
    }
    return general + rest
  }

  private static func folded(_ rows: [Row]) -> [Piece] {
    var isNear = Array(repeating: false, count: rows.count)
    for (index, row) in rows.enumerated() where row.kind != .same {
      for near in max(0, index - self.context)...min(rows.count - 1, index + self.context) { isNear[near] = true }
    }
    var pieces: [Piece] = []
    var alike = 0
    for (index, row) in rows.enumerated() {
      guard isNear[index] else {
        alike += 1
        continue
      }
      if alike > 0 { pieces.append(.fold(alike)) }
      alike = 0
      pieces.append(.row(row))
    }
    if alike > 0 { pieces.append(.fold(alike)) }
    return pieces
  }
}
