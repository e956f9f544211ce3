/// What CONFIG GET answers and CONFIG SET changes.
struct ServerSettings {
  private var values: [String: String]

  init() {
    self.values = Dictionary(uniqueKeysWithValues: SettingTable.all.map { ($0.name, $0.value) })
  }

  func value(_ name: String) -> String? { self.values[name] }

  /// The settings whose name matches a pattern, by name.
  func matching(_ pattern: RedisBytes) -> [(name: String, value: String)] {
    SettingTable.all.filter { globMatches(pattern, RedisBytes($0.name), ignoringCase: true) }
      .map { ($0.name, self.values[$0.name] ?? "") }
  }

  /// Sets all of them, or none and throws.
  mutating func set(_ pairs: [(name: RedisBytes, value: RedisBytes)]) throws(RedisError) {
    var changed = self.values
    var seen: Set<String> = []
    for (name, _) in pairs where !SettingTable.all.contains(where: { $0.name == name.lowercased.string }) {
      throw RedisError("ERR Unknown option or number of arguments for CONFIG SET - '\(name)'")
    }
    for (name, value) in pairs {
      func failed(_ reason: RedisErrorText) -> RedisError {
        RedisError("ERR CONFIG SET failed (possibly related to argument '\(name)') - \(reason)")
      }
      guard let setting = SettingTable.all.first(where: { $0.name == name.lowercased.string }) else { continue }
      guard !setting.isFixed else { throw failed("can't set immutable config") }
      guard seen.insert(setting.name).inserted else { throw failed("duplicate parameter") }
      switch ServerSettings.read(value, as: setting) {
      case .success(let text): changed[setting.name] = text
      case .failure(let error): throw failed(error.text)
      }
    }
    self.values = changed
  }

  /// The value as CONFIG GET will show it, or why it is refused.
  private static func read(_ value: RedisBytes, as setting: SettingTable.Setting) -> Result<String, RedisError> {
    let text = value.string
    switch setting.kind {
    case .text: return .success(text)
    case .flag:
      let word = value.lowercased.string
      guard word == "yes" || word == "no" else { return .failure(RedisError("argument must be 'yes' or 'no'")) }
      return .success(word)
    case .choice:
      let words = SettingTable.choices[setting.name] ?? []
      let word = value.lowercased.string
      guard words.contains(word) else {
        return .failure(
          RedisError("argument(s) must be one of the following: \(words.joined(separator: ", "))"))
      }
      return .success(word)
    case .integer:
      guard let number = value.int64 else {
        return .failure(RedisError("argument couldn't be parsed into an integer"))
      }
      guard number >= 0 || setting.value.hasPrefix("-") || setting.name.hasPrefix("slowlog") else {
        let largest = setting.name.contains("entries") || setting.name.contains("value") ? Int64.max : Int64(Int32.max)
        return .failure(RedisError("argument must be between 0 and \(largest) inclusive"))
      }
      return .success(text)
    case .memory:
      guard let bytes = self.memory(value.lowercased.string) else {
        return .failure(RedisError("argument must be a memory value"))
      }
      return .success("\(bytes)")
    }
  }

  /// `1mb` and the like, in bytes.
  private static func memory(_ text: String) -> Int64? {
    let digits = text.prefix { $0.isNumber }
    let units: [String: Int64] = [
      "": 1, "b": 1, "k": 1000, "kb": 1 << 10, "m": 1_000_000, "mb": 1 << 20, "g": 1_000_000_000, "gb": 1 << 30,
    ]
    guard let number = Int64(digits), let unit = units[String(text.dropFirst(digits.count))] else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
  }

  /// The limits of encodings that the settings give.
  var limits: EncodingLimits {
    func number(_ name: String, _ fallback: Int) -> Int { self.values[name].flatMap { Int($0) } ?? fallback }
    var limits = EncodingLimits()
    limits.hashEntries = number("hash-max-listpack-entries", limits.hashEntries)
    limits.hashValue = number("hash-max-listpack-value", limits.hashValue)
    limits.setIntegers = number("set-max-intset-entries", limits.setIntegers)
    limits.sortedSetEntries = number("zset-max-listpack-entries", limits.sortedSetEntries)
    limits.sortedSetValue = number("zset-max-listpack-value", limits.sortedSetValue)
    limits.streamNodeEntries = number("stream-node-max-entries", limits.streamNodeEntries)
    limits.streamNodeBytes = number("stream-node-max-bytes", limits.streamNodeBytes)
    return limits
  }
}
