#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// SORT and SORT_RO.
enum SortCommands {
  static let commands: [Command] = [
    Command("sort", -2, [.write, .denyoom, .movableKeys], .one) { (call, out) throws(RedisError) in
      try Self.sort(call, &out, isReadOnly: false)
    },
    Command("sort_ro", -2, [.readonly, .movableKeys], .one) { (call, out) throws(RedisError) in
      try Self.sort(call, &out, isReadOnly: true)
    },
  ]

  private struct Query {
    var isDescending = false
    var isText = false
    var limit: (start: Int, count: Int) = (0, -1)
    var destination: RedisBytes?
    var by: RedisBytes?
    var gets: [RedisBytes] = []
    /// Whether BY names no `*`: then nothing is sorted.
    var isUnsorted = false

    init(_ call: RedisCall, isReadOnly: Bool) throws(RedisError) {
      var index = 2
      while index < call.count {
        let left = call.count - index - 1
        let word = call[index]
        if word.equals("asc") {
          self.isDescending = false
        } else if word.equals("desc") {
          self.isDescending = true
        } else if word.equals("alpha") {
          self.isText = true
        } else if word.equals("limit"), left >= 2 {
          self.limit = (try call.int(index + 1), try call.int(index + 2))
          index += 2
        } else if !isReadOnly, word.equals("store"), left >= 1 {
          index += 1
          self.destination = call[index]
        } else if word.equals("by"), left >= 1 {
          index += 1
          self.by = call[index]
          if !call[index].withBytes({ $0.contains(UInt8(ascii: "*")) }) { self.isUnsorted = true }
        } else if word.equals("get"), left >= 1 {
          index += 1
          self.gets.append(call[index])
        } else {
          throw .syntax
        }
        index += 1
      }
    }
  }

  private static func sort(_ call: RedisCall, _ out: inout RESPWriter, isReadOnly: Bool) throws(RedisError) {
    var query = try Query(call, isReadOnly: isReadOnly)
    var elements = try Self.elements(call, &query)
    if !query.isUnsorted { elements = try Self.sorted(call, elements, query) }
    let shown = elements[Self.shown(query.limit, of: elements.count)]

    if let destination = query.destination {
      let list = ListValue()
      for element in shown {
        if query.gets.isEmpty { list.append(element) }
        for pattern in query.gets { list.append(Self.value(call, pattern, for: element) ?? "") }
      }
      if list.count == 0 { call.remove(destination) } else { call.store(destination, .list(list)) }
      return out.integer(list.count)
    }
    out.array(shown.count * max(1, query.gets.count))
    for element in shown {
      if query.gets.isEmpty { out.bulk(element) }
      for pattern in query.gets {
        if let value = Self.value(call, pattern, for: element) { out.bulk(value) } else { out.null() }
      }
    }
  }

  /// What the key holds, in the order in which it stands there.
  private static func elements(_ call: RedisCall, _ query: inout Query) throws(RedisError) -> [RedisBytes] {
    switch call.value(call[1]) {
    case nil: return []
    case .list(let list):
      let indices = 0..<list.count
      return query.isUnsorted && query.isDescending ? indices.reversed().map { list[$0] } : indices.map { list[$0] }
    case .set(let set):
      // A set has no order to store, so Redis gives it one.
      if query.isUnsorted, query.destination != nil {
        query.isUnsorted = false
        query.isText = true
        query.by = nil
      }
      return set.members
    case .sortedSet(let set):
      // Redis gives up the compact encoding here, for good.
      set.makeLarge()
      var members: [RedisBytes] = []
      set.order.visit(in: 0..<set.count, isReversed: query.isUnsorted && query.isDescending) {
        members.append($0.member)
      }
      return members
    default: throw .wrongType
    }
  }

  private static func shown(_ limit: (start: Int, count: Int), of count: Int) -> Range<Int> {
    let start = min(max(limit.start, 0), count)
    let wanted = limit.count < 0 ? count - start : min(limit.count, count - start)
    return start..<(start + wanted)
  }

  private static func sorted(
    _ call: RedisCall, _ elements: [RedisBytes], _ query: Query
  ) throws(RedisError) -> [RedisBytes] {
    let weights = elements.map { element in query.by.map { Self.value(call, $0, for: element) } ?? element }
    var order: [Int]
    if query.isText {
      order = elements.indices.sorted { left, right in
        Self.precedes(weights[left], weights[right], isDescending: query.isDescending)
      }
    } else {
      var numbers: [Double] = []
      for weight in weights {
        guard let number = Self.number(weight) else {
          throw RedisError("ERR One or more scores can't be converted into double")
        }
        numbers.append(number)
      }
      order = elements.indices.sorted { left, right in
        if numbers[left] != numbers[right] { return (numbers[left] < numbers[right]) != query.isDescending }
        return Self.precedes(elements[left], elements[right], isDescending: query.isDescending)
      }
    }
    return order.map { elements[$0] }
  }

  /// The order of texts, those that are missing first.
  private static func precedes(_ left: RedisBytes?, _ right: RedisBytes?, isDescending: Bool) -> Bool {
    let (first, second) = isDescending ? (right, left) : (left, right)
    guard let second else { return false }
    guard let first else { return true }
    return first < second
  }

  /// What `strtod` reads wholly; a weight that is missing counts as 0.
  private static func number(_ weight: RedisBytes?) -> Double? {
    guard let weight else { return 0 }
    return weight.withTerminatedBytes { text, _ in
      var end: UnsafeMutablePointer<CChar>?
      errno = 0
      let value = strtod(text, &end)
      guard end?.pointee == 0, errno != ERANGE, !value.isNaN else { return nil }
      return value
    }
  }

  /// What a pattern of BY or GET names for an element: `#` the element itself, `weight_*` a string, `h_*->field` a
  /// field of a hash.
  private static func value(_ call: RedisCall, _ pattern: RedisBytes, for element: RedisBytes) -> RedisBytes? {
    if pattern == "#" { return element }
    let bytes = pattern.array
    guard let star = bytes.firstIndex(of: UInt8(ascii: "*")) else { return nil }
    var end = bytes.count
    var field: RedisBytes?
    if let arrow = bytes.indices.dropLast().first(where: {
      $0 > star && bytes[$0] == UInt8(ascii: "-") && bytes[$0 + 1] == UInt8(ascii: ">")
    }), arrow + 2 < bytes.count {
      end = arrow
      field = RedisBytes(Array(bytes[(arrow + 2)...]))
    }
    let key = RedisBytes(Array(bytes[..<star]) + element.array + Array(bytes[(star + 1)..<end]))
    switch (call.value(key), field) {
    case (.string(let string), nil): return string.bytes
    case (.hash(let hash), let field?): return hash.fields[field]
    default: return nil
    }
  }
}
