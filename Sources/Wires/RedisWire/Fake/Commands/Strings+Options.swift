/// A moment as a command gives it: a number with a unit, counted from now or from 1970.
struct ExpiryTime {
  enum Unit { case seconds, milliseconds }

  let unit: Unit
  let isRelative: Bool
  /// The index of the number.
  let argument: Int

  /// The moment in milliseconds since 1970, which must be later than 1970 and, when relative, than now.
  func moment(_ call: RedisCall) throws(RedisError) -> Int64 {
    let value = try call.integer(self.argument)
    let invalid = RedisError("ERR invalid expire time in '\(call[0].lowercased.string)' command")
    guard value > 0 else { throw invalid }
    var milliseconds = value
    if self.unit == .seconds {
      let (product, overflow) = value.multipliedReportingOverflow(by: 1000)
      guard !overflow else { throw invalid }
      milliseconds = product
    }
    guard self.isRelative else { return milliseconds }
    let (moment, overflow) = milliseconds.addingReportingOverflow(call.now)
    guard !overflow else { throw invalid }
    return moment
  }
}

/// The words after SET's value and GETEX's key.
struct StringOptions {
  var onlyNew = false
  var onlyOld = false
  var get = false
  var keepsExpiry = false
  var persist = false
  private var time: ExpiryTime?

  init(_ call: RedisCall, from start: Int, isSet: Bool) throws(RedisError) {
    var index = start
    while index < call.count {
      let word = call[index]
      if isSet, word.equals("nx"), !self.onlyOld {
        self.onlyNew = true
      } else if isSet, word.equals("xx"), !self.onlyNew {
        self.onlyOld = true
      } else if isSet, word.equals("get") {
        self.get = true
      } else if isSet, word.equals("keepttl"), self.time == nil {
        self.keepsExpiry = true
      } else if !isSet, word.equals("persist"), self.time == nil {
        self.persist = true
      } else if let (unit, isRelative) = StringOptions.unit(word), !self.keepsExpiry, !self.persist,
        index + 1 < call.count, self.time.map({ $0.unit == unit && $0.isRelative == isRelative }) ?? true
      {
        self.time = ExpiryTime(unit: unit, isRelative: isRelative, argument: index + 1)
        index += 1
      } else {
        throw .syntax
      }
      index += 1
    }
  }

  func expiry(_ call: RedisCall) throws(RedisError) -> Int64? { try self.time?.moment(call) }

  private static func unit(_ word: RedisBytes) -> (ExpiryTime.Unit, isRelative: Bool)? {
    if word.equals("ex") { return (.seconds, true) }
    if word.equals("px") { return (.milliseconds, true) }
    if word.equals("exat") { return (.seconds, false) }
    if word.equals("pxat") { return (.milliseconds, false) }
    return nil
  }
}
