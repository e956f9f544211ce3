import Foundation
import MockrecTesting

/// One command of a random sequence.
struct RandomStep: CustomStringConvertible {
  var connection: Int
  var command: [[UInt8]]
  var comparator: Comparator

  var description: String {
    "\(self.connection)> "
      + self.command.map { word in
        word.isEmpty || word.contains { $0 <= 0x20 || $0 >= 0x7f }
          ? "\"\(Reply.printable(word))\"" : Reply.printable(word)
      }.joined(separator: " ")
  }
}

/// Makes sequences of commands from the templates in Random/*.txt.
struct RandomSequences {
  /// The templates by family; every family is as likely as any other.
  private var families: [[CommandTemplate]] = []

  /// - Parameter only: Families to draw from; all when empty.
  init(only: [String] = []) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Random")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where name.hasSuffix(".txt") {
      guard only.isEmpty || only.contains(String(name.dropLast(4))) else { continue }
      let text = String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
      var templates: [CommandTemplate] = []
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
        if line.isEmpty || line.hasPrefix("#") { continue }
        guard let template = CommandTemplate(line) else {
          throw ReplyError(description: "Random/\(name):\(index + 1): cannot read \(line)")
        }
        templates.append(template)
      }
      self.families.append(templates)
    }
  }

  /// The sequence of a seed: `count` commands and then what reads every key.
  func sequence(seed: UInt64, count: Int = 200) -> [RandomStep] {
    var generator = SeededGenerator(seed: seed)
    // A few families at a time, so that their commands meet.
    let families =
      (0..<3).map { _ in self.families.randomElement(using: &generator) ?? [] } + [
        self.families.randomElement(using: &generator) ?? []
      ]
    var steps: [RandomStep] = []
    var connection = 1
    while steps.count < count {
      if Int.random(in: 0..<8, using: &generator) == 0 { connection = Int.random(in: 1...3, using: &generator) }
      guard let template = families.randomElement(using: &generator)?.randomElement(using: &generator) else { continue }
      var command = template.command(using: &generator)
      let name = command.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
      // A reply that is random or in no order is compared as its template says, and a cursor is to be one of the server's.
      let isRandom = name.contains("RAND") || name.hasSuffix("SCAN") || name == "SPOP" || name == "SORT"
      if !isRandom, Int.random(in: 0..<25, using: &generator) == 0 { Self.spoil(&command, using: &generator) }
      steps.append(RandomStep(connection: connection, command: command, comparator: template.comparator))
    }
    return steps + Self.reading
  }

  /// Makes a command that is likely to be refused.
  private static func spoil(_ command: inout [[UInt8]], using generator: inout SeededGenerator) {
    let bad = ["abc", "", "-1", "0", "1.5", "9223372036854775807", "9223372036854775808", " 1", "nan", "inf"]
    guard command.count > 1 else { return command.append(Array("extra".utf8)) }
    let index = Int.random(in: 1..<command.count, using: &generator)
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: command.removeLast()
    case 1: command.insert(command[index], at: index)
    default: command[index] = Array((bad.randomElement(using: &generator) ?? "").utf8)
    }
  }

  /// Reads the whole state, so that a difference no reply showed is seen at the end.
  private static var reading: [RandomStep] {
    var lines = ["[ignore]DISCARD", "SELECT 0", "DBSIZE"]
    for key in ["a", "b", "c", "d", "e", "f"] {
      lines += [
        "TYPE \(key)", "OBJECT ENCODING \(key)", "GET \(key)", "LRANGE \(key) 0 -1", "[pairs]HGETALL \(key)",
        "[unordered]SMEMBERS \(key)",
      ]
      lines += ["ZRANGE \(key) 0 -1 WITHSCORES", "XRANGE \(key) - +", "[approx 3]TTL \(key)"]
    }
    return lines.compactMap { line in
      CommandTemplate(line[...]).map { template in
        var generator = SeededGenerator(seed: 0)
        return RandomStep(connection: 1, command: template.command(using: &generator), comparator: template.comparator)
      }
    }
  }
}
