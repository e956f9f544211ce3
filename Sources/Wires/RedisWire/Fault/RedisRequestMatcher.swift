import MockrecCore
import MockrecWire
import NIOCore

/// Patterns by command and then by key, byte by byte: a request is held only against those that its key may fulfil.
struct RedisRequestMatcher: RequestMatcher {
  private let patterns: [RedisRequestPattern]
  /// The first is of patterns without a command.
  private let tries: [KeyTrie]
  /// Which of `tries` is that of a command, by its number; 0 for none.
  private let named: [Int]
  private let table = RedisFactTable.shared
  private let sieve: RedisRequestSieve

  init(_ patterns: [RedisRequestPattern]) {
    self.patterns = patterns
    self.sieve = RedisRequestSieve(patterns)
    var tries = [KeyTrie()]
    var named = [Int](repeating: 0, count: RedisFactTable.shared.count)
    func trie(of command: String) -> Int {
      let number = RedisRequestPattern.facts(command).number
      if named[number] == 0 {
        tries.append(KeyTrie())
        named[number] = tries.count - 1
      }
      return named[number]
    }
    for (number, pattern) in patterns.enumerated() {
      if pattern.commands.isEmpty { tries[0].add(pattern.key, number) }
      for command in pattern.commands { tries[trie(of: command)].add(pattern.key, number) }
      guard pattern.includesEverything else { continue }
      for command in RedisCommand.emptying { tries[trie(of: command)].anyKey.append(number) }
    }
    self.tries = tries
    self.named = named
  }

  func mayFind(_ frame: UnsafeRawBufferPointer) -> Bool { self.sieve.passes(frame) }

  func find(_ request: any WireRequest, into numbers: inout [Int]) {
    guard let request = request as? RedisRequest, !request.context.isInTransaction else { return }
    if !request.context.queued.isEmpty || request.frame.readableBytesView.first != UInt8(ascii: "*") {
      // What EXEC carries out lies in no frame, and an inline command is none that could be read where it lies.
      for number in self.patterns.indices where self.patterns[number].matches(request) { numbers.append(number) }
      return
    }
    request.frame.withUnsafeReadableBytes { self.collect($0, into: &numbers) }
    guard !numbers.isEmpty else { return }
    numbers.sort()
    var last = -1
    numbers.removeAll { number in
      defer { last = number }
      return number == last || !self.patterns[number].matches(request)
    }
  }

  /// Appends the patterns that the command's keys may fulfil, some more than once.
  private func collect(_ frame: UnsafeRawBufferPointer, into numbers: inout [Int]) {
    var reader = RedisFrameReader(frame)
    guard let name = reader.next() else { return }
    let facts = self.table.facts(name)
    let named = self.named[facts.number]
    let count = reader.left
    numbers += self.tries[0].anyKey
    if named != 0 { numbers += self.tries[named].anyKey }
    var index = 0
    while let argument = reader.next() {
      index += 1
      guard facts.keys.mayBeKey(index, of: count) else { continue }
      for trie in named == 0 ? [0] : [0, named] {
        _ = self.tries[trie].visit(argument) { number in
          numbers.append(number)
          return false
        }
      }
    }
  }
}
