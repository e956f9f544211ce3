import Foundation
import MockrecCore
import MockrecTesting
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Faults are a function of seed, overlay, rule, key and occurrence: what a server does can be told without one.
@Suite("Overlays: what is predicted is what happens")
struct OverlayPropertyTests {
  /// A rule as the test writes it, and as it understands it.
  private struct Rule {
    var text: String
    var keys: Set<Int>
    var probability: Double?
    var activate: Double?
    var holds: (Int) -> Bool
  }

  private static let keys = 5
  private static let recorded = [200, 201, 202]

  private static func rule(_ generator: inout SeededGenerator, status: Int) -> Rule {
    let one = Int.random(in: 0..<Self.keys, using: &generator)
    let isAll = Bool.random(using: &generator)
    var words: [String] = []
    var rule = Rule(text: "", keys: isAll ? Set(0..<Self.keys) : [one], holds: { _ in true })
    if Int.random(in: 0..<3, using: &generator) > 0 {
      let probability = Double(Int.random(in: 1...9, using: &generator)) / 10
      words.append("probability: \(probability)")
      rule.probability = probability
    }
    if Int.random(in: 0..<4, using: &generator) == 0 {
      words.append("activate: 0.5")
      rule.activate = 0.5
    }
    let number = Int.random(in: 2...9, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0:
      words.append("calls: [1, \(number)]")
      rule.holds = { $0 == 1 || $0 == number }
    case 1:
      words.append("first: \(number)")
      rule.holds = { $0 <= number }
    case 2:
      words.append("after: \(number), for: 3")
      rule.holds = { $0 > number && $0 <= number + 3 }
    case 3:
      words.append("every: \(number)")
      rule.holds = { $0 % number == 0 }
    default: words.append(rule.probability == nil ? "first: 1000" : "after: 0")
    }
    rule.text =
      "  - {match: {path: /k/\(isAll ? "*" : "\(one)")}, when: {\(words.joined(separator: ", "))}, fault: {status: \(status)}}"
    return rule
  }

  /// The statuses with which so many requests of each key are answered, one after the other.
  private static func predict(_ rules: [Rule], seed: UInt64, count: Int) -> [[Int]] {
    (0..<Self.keys).map { key in
      let hash = FNV1a("GET /k/\(key)".utf8).value
      var passed = 0
      return (1...count).map { occurrence in
        for (index, rule) in rules.enumerated() where rule.keys.contains(key) && rule.holds(occurrence) {
          if let activate = rule.activate {
            var draw = FaultDraw(seed: seed, overlay: "property", rule: index + 1)
            guard draw.unit() < activate else { continue }
          }
          var draw = FaultDraw(seed: seed, overlay: "property", rule: index + 1, key: hash, occurrence: occurrence)
          if let probability = rule.probability, draw.unit() >= probability { continue }
          return 500 + index
        }
        passed += 1
        return Self.recorded[min(passed, Self.recorded.count) - 1]
      }
    }
  }

  private func status(_ session: URLSession, _ url: String) async throws -> Int {
    let (_, response) = try await session.data(from: try #require(URL(string: url)))
    return (response as? HTTPURLResponse)?.statusCode ?? 0
  }

  @Test("one after the other: each answer; by 64 connections at once: the same answers of each key", arguments: 0..<12)
  func predicted(number: Int) async throws {
    var generator = SeededGenerator(seed: UInt64(number))
    let rules = (0..<Int.random(in: 1...6, using: &generator)).map { Self.rule(&generator, status: 500 + $0) }
    let seed = generator.next()
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-property-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for key in 0..<Self.keys {
      for (index, status) in Self.recorded.enumerated() {
        try "# mockrec 1\nGET {{\(folder.lastPathComponent)}}/k/\(key)\n\nHTTP \(status)\n".write(
          to: folder.appendingPathComponent("get-k-\(key)-0000000\(key)\(index == 0 ? "" : "-\(index + 1)").hurl"),
          atomically: true, encoding: .utf8)
      }
    }
    let overlay = folder.path + ".yaml"
    defer { try? FileManager.default.removeItem(atPath: overlay) }
    let text = "overlay: property\nrules:\n\(rules.map(\.text).joined(separator: "\n"))\n"
    try text.write(toFile: overlay, atomically: true, encoding: .utf8)
    let predicted = Self.predict(rules, seed: seed, count: 40)

    try await withReplay(cassette: folder.path, overlays: [overlay], seed: seed, allowVacuous: true) { address in
      let session = URLSession(configuration: .ephemeral)
      for key in 0..<Self.keys {
        var answers: [Int] = []
        for _ in 1...40 { answers.append(try await self.status(session, "\(address)/k/\(key)")) }
        #expect(answers == predicted[key], "seed \(seed), key \(key):\n\(text)")
      }
    }
    try await withReplay(cassette: folder.path, overlays: [overlay], seed: seed, allowVacuous: true) { address in
      let configuration = URLSessionConfiguration.ephemeral
      configuration.httpMaximumConnectionsPerHost = 64
      let session = URLSession(configuration: configuration)
      let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
        for request in (0..<40 * Self.keys).shuffled(using: &generator) {
          let key = request % Self.keys
          group.addTask { (key, try await self.status(session, "\(address)/k/\(key)")) }
        }
        return try await group.reduce(into: [Int: [Int]]()) { $0[$1.0, default: []].append($1.1) }
      }
      for key in 0..<Self.keys {
        #expect(answers[key]?.sorted() == predicted[key].sorted(), "seed \(seed), key \(key):\n\(text)")
      }
    }
  }
}
