import Foundation

/// Plays a case on both sides and says what differs.
struct CaseRunner {
  let server: RealRedis
  let control: RealConnection

  init() throws {
    self.server = try RealRedis()
    self.control = try self.server.connect()
  }

  /// The first difference, as a failure prints it, or nil.
  func difference(_ test: Case, version: Int) throws -> String? {
    let real = try RealSide(self.server, control: self.control, version: version)
    let fake = FakeSide(seed: 1, version: version)
    var kept: (real: [String: [UInt8]], fake: [String: [UInt8]]) = ([:], [:])
    for step in test.steps {
      let place = "\(test.file):\(step.line): RESP\(version), \(test.name)\n  \(step.text)\n"
      do {
        switch step.action {
        case .sleep(let milliseconds): usleep(UInt32(milliseconds) * 1000)
        case .close:
          real.close(step.connection)
          fake.close(step.connection)
        case .blocking(let words):
          try real.send([Self.command(words, kept.real)], on: step.connection)
          try fake.send([Self.command(words, kept.fake)], on: step.connection)
          guard try real.isBlocked(on: step.connection) else { return place + "  the real server does not block" }
          guard try fake.isBlocked(on: step.connection) else {
            let reply = try fake.receive(on: step.connection, milliseconds: 0)
            return place + "  the fake does not block: \(reply.map(\.description) ?? "no reply")"
          }
        case .silent:
          if let reply = try real.receive(on: step.connection, milliseconds: 20) {
            return place + "  the real server sends \(reply)"
          }
          if let reply = try fake.receive(on: step.connection, milliseconds: 2) {
            return place + "  the fake sends \(reply)"
          }
        case .await, .command, .repeated:
          var answers: (Reply?, Reply?) = (nil, nil)
          switch step.action {
          case .command(let words):
            answers.0 = try Self.answer(real, Self.command(words, kept.real), step.connection)
            answers.1 = try Self.answer(fake, Self.command(words, kept.fake), step.connection)
          case .repeated(let count, let words):
            for side in [real, fake] as [any Side] {
              let command = Self.command(words, side === real ? kept.real : kept.fake)
              try side.send((1...count).map { round in command.map { Self.filled($0, round) } }, on: step.connection)
              for round in 1...count {
                let reply = try side.receive(on: step.connection, milliseconds: 2000)
                if round == count { if side === real { answers.0 = reply } else { answers.1 = reply } }
              }
            }
          default:
            answers.0 = try real.receive(on: step.connection, milliseconds: 3000)
            answers.1 = try fake.receive(on: step.connection, milliseconds: 1000)
            real.unblocked()
          }
          guard let left = answers.0 else { return place + "  the real server does not answer" }
          guard let right = answers.1 else { return place + "  real: \(left)\n  fake: no answer" }
          if let difference = step.comparator.difference(real: left, fake: right) {
            return place + "  \(difference)\n  real: \(left)\n  fake: \(right)"
          }
          if let name = step.name {
            kept.real[name] = left.text
            kept.fake[name] = right.text
          }
        }
      } catch {
        return place + "  \(error)"
      }
    }
    return nil
  }

  private static func answer(_ side: some Side, _ command: [[UInt8]], _ connection: Int) throws -> Reply? {
    try side.send([command], on: connection)
    return try side.receive(on: connection, milliseconds: side is RealSide ? 3000 : 0)
  }

  private static func command(_ words: [CaseWord], _ kept: [String: [UInt8]]) -> [[UInt8]] {
    words.map { word in
      switch word {
      case .bytes(let bytes): bytes
      case .kept(let name): kept[name] ?? Array("<\(name)>".utf8)
      }
    }
  }

  static func filled(_ word: [UInt8], _ round: Int) -> [UInt8] {
    guard let brace = word.firstIndex(of: UInt8(ascii: "{")), brace + 1 < word.count,
      word[brace + 1] == UInt8(ascii: "}")
    else { return word }
    return Array(word[..<brace]) + Array(String(round).utf8) + Array(word[(brace + 2)...])
  }
}
