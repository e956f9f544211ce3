import MockrecCore
import MockrecWire

@testable import RedisWire

/// Writes a case as a contract: what the real server answers to each step stands there as what is expected, and where a
/// named comparator lets replies differ, asserts say so.
struct ContractWriter {
  /// Why a case has no contract.
  enum Exception: String, Error, CaseIterable {
    case blocks = "a command waits while others go on"
    case pushed = "a message comes unasked, or must not"
    case time = "time has to pass"
    case closes = "a connection is closed by its client"
    case silent = "a command has no reply"
    case long = "an argument is too long for a line"
    case many = "a command is sent hundreds of times"
  }

  let real: RealRedis
  let control: RealConnection
  private let wire = RedisWire()

  init(_ real: RealRedis) throws {
    self.real = real
    self.control = try real.connect()
  }

  /// - Throws: ``Exception`` for a case that cannot be said one request and one reply after the other.
  func contract(of test: Case, version: Int) throws -> String {
    for step in test.steps { if let exception = Self.exception(step) { throw exception } }
    let side = try RealSide(self.real, control: self.control, version: version)
    var entries: [Entry] = [try self.plain(["FLUSHALL"], 1)]
    var connections: Set<Int> = []
    var kept: [String: [UInt8]] = [:]
    for step in test.steps {
      if version == 3, connections.insert(step.connection).inserted {
        entries.append(try self.plain(["HELLO", "3"], step.connection, asserts: ["jsonpath \"$.id\" isInteger"]))
      }
      for (command, isLast) in Self.commands(step) {
        try side.send([command.map { Self.bytes($0, kept) }], on: step.connection)
        guard let reply = try side.receive(on: step.connection, milliseconds: 2000) else { throw Exception.silent }
        if let name = step.name { kept[name] = reply.text }
        var comparator = Comparator.ignore
        // A reply that a case ignores (a random member) is still of its kind.
        if isLast { comparator = step.comparator == .ignore ? .shape : step.comparator }
        entries.append(
          try self.entry(
            command.map { Self.written($0) }, step.connection, reply, comparator, version: version, keep: step.name))
      }
    }
    return NotationPrinter.print(ConversationFile(entries: entries))
  }

  private static func exception(_ step: CaseStep) -> Exception? {
    switch step.action {
    case .blocking: .blocks
    case .await, .silent: .pushed
    case .sleep: .time
    case .close: .closes
    case .repeated(let count, _): count > 100 ? .many : nil
    case .command: nil
    }
  }

  /// The commands of a step, and which of their replies counts.
  private static func commands(_ step: CaseStep) -> [(words: [CaseWord], isLast: Bool)] {
    switch step.action {
    case .command(let words): [(words, true)]
    case .repeated(let count, let words):
      (1...count).map { round in (words.map { $0.filled(round: round) }, round == count) }
    default: []
    }
  }

  private static func bytes(_ word: CaseWord, _ kept: [String: [UInt8]]) -> [UInt8] {
    switch word {
    case .bytes(let bytes): bytes
    case .kept(let name): kept[name] ?? []
    }
  }

  /// What stands in a contract for a word: a reply that is kept is a variable, put in when the contract is whole.
  private static func written(_ word: CaseWord) -> [UInt8] {
    if case .kept(let name) = word { Array("kept-\(name)-".utf8) } else { Self.bytes(word, [:]) }
  }

  /// A request whose reply only has to be the same on both sides.
  private func plain(_ words: [String], _ connection: Int, asserts: [String] = []) throws -> Entry {
    var entry = try self.entry(words.map { Array($0.utf8) }, connection, .bulk([]), .ignore, version: 2, keep: nil)
    entry.response?.sections = try Self.sections(asserts, keep: nil)
    return entry
  }

  private func entry(
    _ words: [[UInt8]], _ connection: Int, _ reply: Reply, _ comparator: Comparator, version: Int, keep: String?
  ) throws -> Entry {
    // HELLO answers in the version that it asks for.
    var version = version
    if case .map = reply { version = 3 }
    let exchange = Exchange(
      request: Message(
        start: ["REDIS"], fields: version == 3 ? Fields([("resp", "3")]) : Fields(),
        body: Body(RedisCommand(words).bytes)),
      replies: [.init(Message(start: ["REDIS"], body: Body(reply.value.bytes)))])
    // Where a reply is too long for the contract, or a status for its line, the two sides are held against each other all
    // the same.
    var entry = try self.wire.entry(for: exchange, service: "cache", times: 1, digest: nil, volatile: []) { _, _ in "" }
    if case .file? = entry.request.body { throw Exception.long }
    switch (entry.response?.body, reply) {
    case (.file?, _), (.hex?, .error), (.hex?, .simple): entry.response?.body = nil
    default: break
    }
    entry.leading.removeAll { Mark($0)?.name != "argument" }
    if connection > 1 { entry.leading.insert(Mark("connection", String(connection)).trivia, at: 0) }
    entry.leading.insert(.blank, at: 0)
    entry.request.target = Self.withVariables(entry.request.target)
    entry.response?.leading = [.blank]
    if comparator == .ignore {
      entry.response = Response(leading: [.blank], verb: "REDIS", status: "")
    } else {
      var asserts = AssertWriter(version: version)
      asserts.write(reply, comparator)
      entry.response?.sections = try Self.sections(asserts.lines, keep: keep)
    }
    return entry
  }

  private static func withVariables(_ target: Template) -> Template {
    var text = target.spelling
    while let start = text.firstRange(of: "kept-"),
      let end = text[start.upperBound...].firstIndex(of: "-")
    {
      text.replaceSubrange(start.lowerBound...end, with: "{{\(text[start.upperBound..<end])}}")
    }
    let source = SourceText(name: "", text: "REDIS \(text)\nREDIS\n")
    return (try? NotationParser.parse(source, dialect: Dialect(wireVerbs: ["REDIS"])))?.entries.first?.request.target
      ?? target
  }

  private static func sections(_ asserts: [String], keep: String?) throws -> [Section] {
    var text = "GET http://x\nHTTP 200\n"
    if let keep { text += "[Captures]\n\(keep): jsonpath \"$\"\n" }
    if !asserts.isEmpty { text += "[Asserts]\n" + asserts.map { "\($0)\n" }.joined() }
    let source = SourceText(name: "asserts", text: text)
    return try NotationParser.parse(source, dialect: Dialect(wireVerbs: [])).entries.first?.response?.sections ?? []
  }
}

extension CaseWord {
  fileprivate func filled(round: Int) -> CaseWord {
    if case .bytes(let bytes) = self { .bytes(CaseRunner.filled(bytes, round)) } else { self }
  }
}

/// Says in asserts what a comparator lets differ.
struct AssertWriter {
  let version: Int
  private(set) var lines: [String] = []

  init(version: Int) { self.version = version }

  mutating func write(_ reply: Reply, _ comparator: Comparator, at path: String = "$") {
    switch (comparator, reply.elements) {
    case (.unordered, let elements?), (.pairs, let elements?):
      // Pairs of RESP3 are an object, which has no order.
      if case .map = reply { return }
      self.members(elements, path)
    case (.scan, let parts?), (.scanPairs, let parts?):
      if parts.count == 2, let elements = parts[1].elements { self.members(elements, "\(path)[1]") }
    case (.shape, _): self.shape(reply, path)
    case (.approximate(let tolerance), _): self.near(reply, tolerance, path)
    case (.except(let names), let elements?): self.except(names, reply, elements, path)
    default: return
    }
  }

  private mutating func members(_ elements: [Reply], _ path: String) {
    self.lines.append("jsonpath \(Self.quoted(path)) count == \(elements.count)")
    for element in Set(elements) {
      guard let literal = Self.literal(element) else { continue }
      self.lines.append("jsonpath \(Self.quoted(path)) includes \(literal)")
    }
  }

  private mutating func shape(_ reply: Reply, _ path: String) {
    if reply.elements == nil, let predicate = Self.predicate(reply) {
      self.lines.append("jsonpath \(Self.quoted(path)) \(predicate)")
    }
    for (child, path) in Self.children(of: reply, path) { self.shape(child, path) }
  }

  /// The elements of a list, or the values of a map, and where they stand.
  private static func children(of reply: Reply, _ path: String) -> [(reply: Reply, path: String)] {
    let elements = reply.elements ?? []
    guard case .map = reply else { return elements.enumerated().map { ($1, "\(path)[\($0)]") } }
    return stride(from: 1, to: elements.count, by: 2).map { (elements[$0], path + Self.member(elements[$0 - 1])) }
  }

  private mutating func near(_ reply: Reply, _ tolerance: Double, _ path: String) {
    if let number = reply.number {
      let filter = if case .integer = reply { "" } else { "toFloat " }
      // A moment in milliseconds is a later one when the contract is run.
      let later = number > 1e12 ? number + 3_600_000 : number
      self.lines.append("jsonpath \(Self.quoted(path)) \(filter)>= \(Self.spelt(number - tolerance))")
      self.lines.append("jsonpath \(Self.quoted(path)) \(filter)<= \(Self.spelt(later + tolerance))")
    }
    for (child, path) in Self.children(of: reply, path) { self.near(child, tolerance, path) }
  }

  private mutating func except(_ names: [String], _ reply: Reply, _ elements: [Reply], _ path: String) {
    for index in elements.indices.dropFirst() {
      guard let text = elements[index - 1].text, names.contains(String(decoding: text, as: UTF8.self)) else { continue }
      if case .map = reply {
        self.shape(elements[index], path + Self.member(elements[index - 1]))
      } else {
        self.shape(elements[index], "\(path)[\(index)]")
      }
    }
  }

  private static func predicate(_ reply: Reply) -> String? {
    switch reply {
    case .integer: "isInteger"
    case .bulk, .verbatim: "isString"
    case .double: "isNumber"
    default: nil
    }
  }

  private static func literal(_ reply: Reply) -> String? {
    switch reply {
    case .integer(let value): String(value)
    case .bulk(let text), .simple(let text): Self.quoted(String(decoding: text, as: UTF8.self))
    default: nil
    }
  }

  private static func member(_ name: Reply) -> String { "['\(String(decoding: name.text ?? [], as: UTF8.self))']" }

  private static func spelt(_ number: Double) -> String {
    number == number.rounded() ? String(Int(number)) : String(number)
  }

  private static func quoted(_ text: String) -> String {
    "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n"))\""
  }
}

extension Reply {
  /// The reply as the wire knows it.
  var value: RESPValue {
    switch self {
    case .simple(let text): .simple(text)
    case .error(let text): .error(text)
    case .integer(let value): .integer(Array(String(value).utf8))
    case .bulk(let text): .bulk(text)
    case .null: .null
    case .nullBulk: .nullBulk
    case .nullArray: .nullArray
    case .array(let elements): .array(elements.map(\.value))
    case .map(let elements): .map(elements.map(\.value))
    case .set(let elements): .set(elements.map(\.value))
    case .push(let elements): .push(elements.map(\.value))
    case .double(let text): .double(text)
    case .boolean(let value): .boolean(value)
    case .verbatim(let text): .verbatim(text)
    case .bigNumber(let text): .bigNumber(text)
    }
  }
}
