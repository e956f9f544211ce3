extension Fault {
  /// A word of `fault:`, the same for every wire.
  package enum Word: String, Sendable, CaseIterable {
    case recorded, refuse, reset, empty, garbage, truncate, corrupt, hang, duplicate, reorder, evict, clock
    case closeEarly = "close-early"
    case malformedChunk = "malformed-chunk"
    case tlsHandshake = "tls-handshake"
    case latency, drip, bandwidth, timing
    case firstByte = "first-byte"
    case dropWrite = "drop-write"
    case staleRead = "stale-read"
    case goaway, stall, trailers
    case resetStream = "reset-stream"
    case brokenFrame = "broken-frame"

    /// Slow words may stand beside another.
    var isPace: Bool {
      switch self {
      case .latency, .firstByte, .drip, .bandwidth, .timing: true
      default: false
      }
    }
  }

  enum Duplicate: String, CaseIterable { case applied, answered }

  /// Reads what stands in `trailers:` beside `after`; nil where nothing of it is there.
  package typealias TrailerReader = (_ fields: inout OverlayFields) throws(Diagnostic) -> Fields?

  /// Takes the words that every wire has out of `fields`.
  ///
  /// - Parameter trailers: The wire's own words in `trailers:`.
  package init(_ fields: inout OverlayFields, trailers: TrailerReader) throws(Diagnostic) {
    var names: [String] = []
    for word in Word.allCases {
      guard let value = fields.take(word.rawValue) else { continue }
      names.append(word.rawValue)
      if word.isPace {
        try self.pace.read(word, value)
        continue
      }
      guard self.effect == nil else {
        throw value.problem(
          "\(names.filter { Word(rawValue: $0)?.isPace != true }.map { "`\($0)`" }.joined(separator: " and ")) exclude each other",
          fix: "write a rule for each; slow words alone go with others")
      }
      self.effect = try Self.effect(word, value, trailers)
    }
    if self.pace.rate != nil, self.pace.pieces != nil {
      throw fields.node.problem("`bandwidth` and `drip` exclude each other", fix: "write one of them")
    }
    self.name = names.joined(separator: ", ")
  }

  private static func effect(
    _ word: Word, _ value: OverlayNode, _ trailers: TrailerReader
  ) throws(Diagnostic) -> Effect {
    switch word {
    case .refuse: return try value.on(word, .refuse)
    case .reset: return .reset(value.isEmpty ? .before : try value.word("reset", of: Moment.self))
    case .closeEarly: return .closeEarly(missing: value.isEmpty ? 1 : try value.bytes("close-early", in: 1...(1 << 20)))
    case .empty: return try value.on(word, .empty)
    case .garbage: return .garbage(value.isEmpty ? 64 : try value.bytes("garbage", in: 1...(1 << 16)))
    case .malformedChunk: return try value.on(word, .malformedChunk)
    case .truncate: return .truncate(value.isEmpty ? nil : try value.bytes("truncate", in: 0...(1 << 20)))
    case .corrupt: return .corrupt(value.isEmpty ? 1 : try value.bytes("corrupt", in: 1...(1 << 16)))
    case .hang: return try value.on(word, .hang)
    case .recorded: return try Self.recorded(value)
    case .dropWrite: return try value.on(word, .silent(.dropWrite))
    case .staleRead: return .silent(try Self.stale(value))
    case .evict: return try value.on(word, .silent(.evict))
    case .duplicate:
      let which = value.isEmpty ? .applied : try value.word("duplicate", of: Duplicate.self)
      return which == .applied ? .silent(.applyTwice) : .answerTwice
    case .reorder:
      guard !value.isEmpty else { return .reorder(within: .milliseconds(100)) }
      var fields = try OverlayFields(value, of: "`reorder`")
      let within = try fields.take("within").map { value throws(Diagnostic) in try value.duration("within") }
      try fields.finish(known: ["within"])
      return .reorder(within: within ?? .milliseconds(100))
    case .clock: return .clock(try Self.clock(value))
    case .tlsHandshake: return try value.on(word, .tlsHandshake)
    case .goaway: return .breakStream(StreamBreak(.goAway, after: try Self.pieces(value, word)))
    case .stall: return .breakStream(StreamBreak(.stall, after: try Self.pieces(value, word)))
    case .brokenFrame: return .breakStream(StreamBreak(.brokenFrame, after: try Self.pieces(value, word)))
    case .resetStream: return .breakStream(try Self.resetStream(value))
    case .trailers: return .breakStream(try Self.trailers(value, trailers))
    case .latency, .firstByte, .drip, .bandwidth, .timing:
      throw value.problem("`\(word.rawValue)` is no effect", fix: "remove it")
    }
  }

  /// Behind how many pieces: a number, or none.
  private static func pieces(_ value: OverlayNode, _ word: Word) throws(Diagnostic) -> Int {
    value.isEmpty ? 0 : try value.integer(word.rawValue, in: 0...1_000_000)
  }

  private static func resetStream(_ value: OverlayNode) throws(Diagnostic) -> StreamBreak {
    if value.isEmpty { return StreamBreak(.reset(.cancel), after: 0) }
    if case .text = value.content { return StreamBreak(.reset(.cancel), after: try Self.pieces(value, .resetStream)) }
    var fields = try OverlayFields(value, of: "`reset-stream`")
    let after = try Self.after(&fields)
    let code = try fields.take("code").map { node throws(Diagnostic) in
      try node.word("code", of: StreamBreak.ErrorCode.self)
    }
    try fields.finish(known: ["after", "code"])
    return StreamBreak(.reset(code ?? .cancel), after: after)
  }

  private static func trailers(_ value: OverlayNode, _ read: TrailerReader) throws(Diagnostic) -> StreamBreak {
    var fields = try OverlayFields(value, of: "`trailers`")
    let after = try Self.after(&fields)
    guard let trailers = try read(&fields) else {
      throw value.problem(
        "`trailers` says what the reply ends with", fix: "write `trailers: {after: 2, status: UNAVAILABLE}`")
    }
    return StreamBreak(.trailers(trailers), after: after)
  }

  private static func after(_ fields: inout OverlayFields) throws(Diagnostic) -> Int {
    try fields.take("after").map { node throws(Diagnostic) in try node.integer("after", in: 0...1_000_000) } ?? 0
  }

  private static func recorded(_ value: OverlayNode) throws(Diagnostic) -> Effect {
    var fields = try OverlayFields(value, of: "`recorded`")
    guard let status = fields.take("status") ?? fields.take("error") else {
      throw value.problem("`recorded` says which answer", fix: "write `recorded: {status: 429}`")
    }
    try fields.finish(known: ["status", "error"])
    return .recorded(RecordedReply(status: try status.text("status"), place: status.place))
  }

  private static func stale(_ value: OverlayNode) throws(Diagnostic) -> SilentFault {
    if value.isEmpty { return .staleRead }
    if case .text(let text) = value.content, text == "last-write" { return .staleRead }
    var fields = try OverlayFields(value, of: "`stale-read`")
    guard let answers = fields.take("answers") else {
      throw value.problem(
        "`stale-read` is `last-write`, or `{answers: n}`", fix: "write `stale-read: last-write` or `{answers: 1}`")
    }
    try fields.finish(known: ["answers"])
    return .staleAnswer(try answers.integer("answers", in: 1...64))
  }

  private static func clock(_ value: OverlayNode) throws(Diagnostic) -> ClockChange {
    if case .text("freeze") = value.content { return .freeze }
    var fields = try OverlayFields(value, of: "`clock`")
    let change: ClockChange
    if let jump = fields.take("jump") {
      let text = try jump.text("jump")
      let isBack = text.hasPrefix("-")
      guard
        let time = Duration(
          parsing: isBack || text.hasPrefix("+") ? text.dropFirst() : text[...], upTo: .seconds(3_153_600_000))
      else { throw jump.problem("`jump` is a time, and not `\(text)`", fix: "write `jump: 1h` or `jump: -30m`") }
      change = .jump(seconds: isBack ? -time.seconds : time.seconds)
    } else if let speed = fields.take("speed") {
      change = .speed(try speed.number("speed", in: -1000...1000))
    } else {
      throw value.problem(
        "`clock` is `freeze`, `{jump: 1h}` or `{speed: -1}`", fix: "write one of them")
    }
    try fields.finish(known: ["jump", "speed"])
    return change
  }
}

extension OverlayNode {
  /// A word that needs no value.
  fileprivate func on(_ word: Fault.Word, _ effect: Fault.Effect) throws(Diagnostic) -> Fault.Effect {
    if !self.isEmpty, try !self.flag(word.rawValue) {
      throw self.problem("a fault that is not wanted need not be written", fix: "remove it")
    }
    return effect
  }
}

extension Pace {
  fileprivate mutating func read(_ word: Fault.Word, _ value: OverlayNode) throws(Diagnostic) {
    switch word {
    case .latency: self.latency = try Latency(value, "latency")
    case .firstByte: self.firstByte = try Latency(value, "first-byte")
    case .bandwidth: self.rate = try Self.rate(value, "bandwidth")
    case .timing: self.recorded = try value.number("timing", in: 0...1000)
    default:
      guard case .mapping = value.content else {
        self.rate = try Self.rate(value, "drip")
        return
      }
      var fields = try OverlayFields(value, of: "`drip`")
      guard let pieces = fields.take("pieces"), let over = fields.take("over") else {
        throw value.problem(
          "`drip` is a number of bytes a second, or `pieces` and `over`",
          fix: "write `drip: 1KB/s` or `drip: {pieces: 5, over: 2s}`")
      }
      try fields.finish(known: ["pieces", "over"])
      self.pieces = Pieces(
        count: try pieces.integer("pieces", in: 1...10_000), over: try over.duration("over"))
    }
  }

  private static func rate(_ node: OverlayNode, _ name: String) throws(Diagnostic) -> Int {
    var node = node
    if case .text(let text) = node.content, text.hasSuffix("/s") { node.content = .text(String(text.dropLast(2))) }
    return try node.bytes(name, in: 1...(1 << 40))
  }
}
