import Foundation

/// Plays random sequences on both sides, and makes a failing one small.
struct SequenceRunner {
  struct Difference {
    var index: Int
    var problem: String
    var real: String
    var fake: String
  }

  let server: RealRedis
  let control: RealConnection

  init() throws {
    self.server = try RealRedis()
    self.control = try self.server.connect()
  }

  /// The first step whose replies differ.
  func difference(_ steps: [RandomStep], version: Int) throws -> Difference? {
    let real = try RealSide(self.server, control: self.control, version: version)
    let fake = FakeSide(seed: 1, version: version)
    var queued: [Int: [Comparator]] = [:]
    var start = 0
    while start < steps.count {
      let connection = steps[start].connection
      var end = start + 1
      while end < steps.count, steps[end].connection == connection { end += 1 }
      let commands = steps[start..<end].map(\.command)
      try real.send(commands, on: connection)
      try fake.send(commands, on: connection)
      for index in start..<end {
        guard let left = try real.receive(on: connection, milliseconds: 5000) else {
          return Difference(index: index, problem: "the real server does not answer", real: "", fake: "")
        }
        guard let right = try fake.receive(on: connection, milliseconds: 0) else {
          return Difference(index: index, problem: "no answer", real: left.description, fake: "")
        }
        let comparator = steps[index].comparator
        if let problem = Self.problem(left, right, comparator, &queued[connection, default: []], steps[index].command) {
          return Difference(index: index, problem: problem, real: left.description, fake: right.description)
        }
      }
      start = end
    }
    return nil
  }

  /// Compares one pair of replies; those of an EXEC each with the comparator of the command that was queued.
  private static func problem(
    _ real: Reply, _ fake: Reply, _ comparator: Comparator, _ queued: inout [Comparator], _ command: [[UInt8]]
  ) -> String? {
    if case .simple(let text) = real, text == Array("QUEUED".utf8) {
      queued.append(comparator)
      return real == fake ? nil : "not equal"
    }
    guard !queued.isEmpty,
      command.first.map({ ["EXEC", "DISCARD", "RESET"].contains(String(decoding: $0, as: UTF8.self)) }) == true
    else {
      return comparator.difference(real: real, fake: fake)
    }
    defer { queued = [] }
    guard case .array(let left) = real, case .array(let right) = fake, left.count == queued.count,
      right.count == queued.count
    else {
      return real == fake ? nil : "not equal"
    }
    return zip(queued, zip(left, right)).lazy.compactMap { $0.difference(real: $1.0, fake: $1.1) }.first
  }

  /// Leaves out what does not matter, as long as the two sides still differ.
  func shrunk(_ steps: [RandomStep], version: Int) throws -> [RandomStep] {
    var steps = steps
    var width = max(1, steps.count / 2)
    while true {
      var start = 0
      while start < steps.count {
        var fewer = steps
        fewer.removeSubrange(start..<min(start + width, steps.count))
        if let difference = try self.difference(fewer, version: version) {
          steps = Array(fewer.prefix(difference.index + 1))
        } else {
          start += width
        }
      }
      if width == 1 { return steps }
      width = max(1, width / 2)
    }
  }

  /// A failure's text: the seed, the length of the shortest failing prefix, and what is left of it.
  func report(_ steps: [RandomStep], version: Int, seed: UInt64) throws -> String? {
    guard let first = try self.difference(steps, version: version) else { return nil }
    let small = try self.shrunk(Array(steps.prefix(first.index + 1)), version: version)
    guard let last = try self.difference(small, version: version) else {
      return
        "seed \(seed), RESP\(version): differs at command \(first.index + 1), and then no more: \(steps[first.index])"
    }
    let commands = small.prefix(last.index + 1).map { "  \($0)" }.joined(separator: "\n")
    return """
      seed \(seed), RESP\(version): the shortest failing prefix has \(first.index + 1) commands; of them matter:
      \(commands)
        \(last.problem)
        real: \(last.real)
        fake: \(last.fake)
      """
  }
}
