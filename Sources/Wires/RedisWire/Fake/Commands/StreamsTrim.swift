/// The options of XADD and XTRIM.
struct StreamTrim {
  /// The ID that XADD asks for.
  enum Wish: Equatable {
    case automatic
    case milliseconds(UInt64)
    case given(StreamID)
  }

  private enum Strategy {
    case length(Int64)
    case id(StreamID)
  }

  private(set) var id = Wish.automatic
  private(set) var isKeyRequired = false
  /// The index of XADD's ID.
  private(set) var end = 2
  private var strategy: Strategy?
  private var isApproximate = false
  /// How many entries are removed at most; 0 for any number.
  private var limit: Int64 = 0

  init(_ call: RedisCall, isAdding: Bool) throws(RedisError) {
    var hasLimit = false
    var index = 2
    options: while index < call.count {
      let left = call.count - 1 - index
      let word = call[index]
      if isAdding, word == "*" {
        break
      } else if left > 0, word.equals("maxlen") {
        try self.readForm(call, &index)
        let length = try call.integer(index + 1)
        guard length >= 0 else { throw RedisError("ERR The MAXLEN argument must be >= 0.") }
        self.strategy = .length(length)
        index += 1
      } else if left > 0, word.equals("minid") {
        try self.readForm(call, &index)
        self.strategy = .id(try StreamCommands.id(call, index + 1))
        index += 1
      } else if left > 0, word.equals("limit") {
        self.limit = try call.integer(index + 1)
        guard self.limit >= 0 else { throw RedisError("ERR The LIMIT argument must be >= 0.") }
        hasLimit = true
        index += 1
      } else if isAdding, word.equals("nomkstream") {
        self.isKeyRequired = true
      } else if isAdding {
        self.id = try Self.wish(word)
        break options
      } else {
        throw .syntax
      }
      index += 1
    }
    self.end = index
    try self.check(call, hasLimit: hasLimit, isAdding: isAdding)
  }

  private mutating func check(_ call: RedisCall, hasLimit: Bool, isAdding: Bool) throws(RedisError) {
    if self.limit != 0, self.strategy == nil {
      throw RedisError("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
    }
    if !isAdding, self.strategy == nil {
      throw RedisError("ERR syntax error, XTRIM must be called with a trimming strategy")
    }
    if hasLimit, !self.isApproximate {
      throw RedisError("ERR syntax error, LIMIT cannot be used without the special ~ option")
    }
    if !hasLimit, self.isApproximate {
      let limit = 100 * Int64(call.limits.streamNodeEntries)
      self.limit = limit <= 0 ? 10_000 : min(limit, 1_000_000)
    }
  }

  /// Reads `~` or `=`, after which the threshold stands.
  private mutating func readForm(_ call: RedisCall, _ index: inout Int) throws(RedisError) {
    guard self.strategy == nil else {
      throw RedisError("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
    }
    self.isApproximate = false
    guard call.count - 1 - index >= 2 else { return }
    if call[index + 1] == "~" {
      self.isApproximate = true
      index += 1
    } else if call[index + 1] == "=" {
      index += 1
    }
  }

  private static func wish(_ word: RedisBytes) throws(RedisError) -> Wish {
    let milliseconds = word.withBytes { bytes -> UInt64? in
      guard bytes.count > 2, bytes[bytes.count - 1] == UInt8(ascii: "*"), bytes[bytes.count - 2] == UInt8(ascii: "-")
      else { return nil }
      return UInt64(digits: UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count - 2)]))
    }
    if let milliseconds { return .milliseconds(milliseconds) }
    guard let id = StreamID(word, missing: 0) else { throw StreamCommands.invalidID }
    return .given(id)
  }

  /// Removes what is too much. Returns how many entries went.
  @discardableResult
  func trim(_ stream: StreamValue) -> Int {
    guard let strategy = self.strategy else { return 0 }
    let excess =
      switch strategy {
      case .length(let length): max(0, stream.count - Int(clamping: length))
      case .id(let id): stream.entries.place(of: id)
      }
    guard excess > 0 else { return 0 }
    var removed = 0
    // Whole nodes go as long as they hold nothing that is to stay; then, unless it is approximate, single entries.
    for node in 0..<stream.nodes.count {
      let live = stream.nodes.live(at: node)
      if self.limit > 0, Int64(removed + live) > self.limit { break }
      if removed + live > excess {
        if !self.isApproximate { removed = excess }
        break
      }
      removed += live
    }
    stream.removeFirst(removed)
    return removed
  }
}
