import Foundation

/// One line of a case: what is done, on which connection, and how the replies are compared.
struct CaseStep {
  enum Action {
    /// Send a command and compare the replies.
    case command([CaseWord])
    /// Send a command that must not be answered yet.
    case blocking([CaseWord])
    /// Send a command many times; only the last reply is compared. `{}` in a word is the round, from 1.
    case repeated(Int, [CaseWord])
    /// Compare the next thing that arrives on the connection: a pushed message, or a blocked command's reply.
    case await
    /// Nothing may arrive on the connection.
    case silent
    case sleep(milliseconds: Int)
    /// Close the connection; its number can be used again.
    case close
  }

  var line: Int
  var text: String
  var connection: Int
  var comparator: Comparator
  /// The name under which the reply is kept for later words `<$name>`, on each side its own.
  var name: String?
  var action: Action
}

/// A word of a command: its bytes, or a reply kept from an earlier step.
enum CaseWord {
  case bytes([UInt8])
  case kept(String)
}

/// A named list of steps that starts with an empty database.
struct Case {
  var name: String
  var file: String
  var line: Int
  var versions: [Int]
  var steps: [CaseStep]
}

/// Reads the case files. Their format is described at the top of Cases/sortedsets.txt.
enum CaseFile {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")

  /// The families, by the names of their files.
  static var families: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) ?? []
    return files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  }

  static func read(family: String) throws -> [Case] {
    let path = Self.folder.appendingPathComponent("\(family).txt")
    return try Self.parse(String(decoding: Data(contentsOf: path), as: UTF8.self), file: "Cases/\(family).txt")
  }

  static func parse(_ text: String, file: String) throws -> [Case] {
    var cases: [Case] = []
    var isEach = false
    var setup = Case(name: "", file: file, line: 0, versions: [], steps: [])
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.drop { $0 == " " }
      if line.isEmpty || line.hasPrefix("#") { continue }
      if line == "--", let last = cases.last {
        isEach = true
        setup = last
        cases.removeLast()
      } else if line.hasPrefix("== ") {
        var words = line.dropFirst(3).split(separator: " ")
        var versions = [2, 3]
        if let last = words.last, last == "@2" || last == "@3" {
          versions = [last == "@2" ? 2 : 3]
          words.removeLast()
        }
        isEach = false
        cases.append(
          Case(name: words.joined(separator: " "), file: file, line: index + 1, versions: versions, steps: []))
      } else {
        guard isEach || !cases.isEmpty else {
          throw ReplyError(description: "\(file):\(index + 1): a step before the first case")
        }
        guard let step = Self.step(line, number: index + 1) else {
          throw ReplyError(description: "\(file):\(index + 1): cannot read \(line)")
        }
        if isEach {
          // The case before the `--` is the setup, and each step after it a case of its own.
          var own = setup
          own.name += ": \(step.text)"
          own.line = step.line
          own.steps.append(step)
          cases.append(own)
        } else {
          cases[cases.count - 1].steps.append(step)
        }
      }
    }
    return cases
  }

  private static func step(_ line: Substring, number: Int) -> CaseStep? {
    var rest = line
    var step = CaseStep(line: number, text: String(line), connection: 1, comparator: .exact, name: nil, action: .silent)
    if let mark = rest.firstIndex(of: ">"), let connection = Int(rest[..<mark]) {
      step.connection = connection
      rest = rest[rest.index(after: mark)...].drop { $0 == " " }
    }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      var words = rest[rest.index(after: rest.startIndex)..<end].split(separator: " ")
      if let last = words.last, last.hasPrefix("=") {
        step.name = String(last.dropFirst())
        words.removeLast()
      }
      if !words.isEmpty {
        guard let comparator = Comparator(words: words) else { return nil }
        step.comparator = comparator
      }
      rest = rest[rest.index(after: end)...].drop { $0 == " " }
    }
    if rest.hasPrefix("& ") {
      guard let words = CaseWords.split(rest.dropFirst(2)) else { return nil }
      step.action = .blocking(words)
      return step
    }
    let parts = rest.split(separator: " ", maxSplits: 2)
    switch parts.first {
    case "await": step.action = .await
    case "silent": step.action = .silent
    case "close": step.action = .close
    case "sleep":
      guard parts.count == 2, let milliseconds = Int(parts[1]) else { return nil }
      step.action = .sleep(milliseconds: milliseconds)
    case "repeat":
      guard parts.count == 3, let count = Int(parts[1]), let words = CaseWords.split(parts[2]) else { return nil }
      step.action = .repeated(count, words)
    default:
      guard let words = CaseWords.split(rest) else { return nil }
      step.action = .command(words)
    }
    return step
  }
}

/// Splits a line into words: bare, `"quoted \n \x00"`, `'quoted'`, `<x*100>` for a hundred x, `<$name>` for a kept
/// reply.
enum CaseWords {
  static func split(_ line: Substring) -> [CaseWord]? {
    var words: [CaseWord] = []
    var bytes = Array(line.utf8)[...]
    while true {
      bytes = bytes.drop { $0 == UInt8(ascii: " ") }
      guard let first = bytes.first else { return words }
      if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
        bytes = bytes.dropFirst()
        guard let word = Self.quoted(&bytes, until: first) else { return nil }
        words.append(.bytes(word))
      } else {
        let word = bytes.prefix { $0 != UInt8(ascii: " ") }
        bytes = bytes.dropFirst(word.count)
        words.append(Self.special(word) ?? .bytes(Array(word)))
      }
    }
  }

  private static func special(_ word: ArraySlice<UInt8>) -> CaseWord? {
    let text = String(decoding: word, as: UTF8.self)
    guard text.hasPrefix("<"), text.hasSuffix(">"), text.count > 2 else { return nil }
    let inner = text.dropFirst().dropLast()
    if inner.hasPrefix("$") { return .kept(String(inner.dropFirst())) }
    guard let star = inner.lastIndex(of: "*"), let count = Int(inner[inner.index(after: star)...]), count >= 0 else {
      return nil
    }
    return .bytes(Array(String(repeating: String(inner[..<star]), count: count).utf8))
  }

  private static func quoted(_ bytes: inout ArraySlice<UInt8>, until quote: UInt8) -> [UInt8]? {
    var word: [UInt8] = []
    while let byte = bytes.popFirst() {
      if byte == quote { return word }
      guard byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") else {
        word.append(byte)
        continue
      }
      guard let escape = bytes.popFirst() else { return nil }
      switch escape {
      case UInt8(ascii: "n"): word.append(0x0a)
      case UInt8(ascii: "r"): word.append(0x0d)
      case UInt8(ascii: "t"): word.append(0x09)
      case UInt8(ascii: "x"):
        guard let value = UInt8(String(decoding: bytes.prefix(2), as: UTF8.self), radix: 16) else { return nil }
        word.append(value)
        bytes = bytes.dropFirst(2)
      default: word.append(escape)
      }
    }
    return nil
  }
}
