extension ContentCodingParameters {
  /// One line such as `gzip level=6`, `gzip level=9 mtime=1700000000 os=255 xfl=2` or `deflate raw level=6 window=12`.
  /// What has its usual value is left out.
  package var name: String {
    var words: [String]
    switch format {
    case .gzip(let header):
      words = ["gzip", "level=\(level)"] + header.words(level: level)
    case .zlib:
      words = ["deflate", "level=\(level)"]
    case .raw:
      words = ["deflate", "raw", "level=\(level)"]
    }
    if window != 15 { words.append("window=\(window)") }
    if memory != 8 { words.append("memory=\(memory)") }
    return words.joined(separator: " ")
  }

  /// Reads such a line; nil when it is not one, with a key unknown, doubled or out of range.
  package init?(name: String) {
    var words = name.split(separator: " ")[...]
    guard let coding = words.popFirst() else { return nil }
    let raw = words.first == "raw"
    if raw { words.removeFirst() }

    var values: [Substring: Substring] = [:]
    for word in words {
      guard let equals = word.firstIndex(of: "=") else { return nil }
      let value = word[word.index(after: equals)...]
      guard values.updateValue(value, forKey: word[..<equals]) == nil else { return nil }
    }
    func number<Value: FixedWidthInteger>(_ key: Substring, in range: ClosedRange<Value>, or usual: Value?) -> Value? {
      guard let text = values.removeValue(forKey: key) else { return usual }
      return Value(text).flatMap { range.contains($0) ? $0 : nil }
    }
    guard let level = number("level", in: 0...9, or: nil), let window = number("window", in: 9...15, or: 15),
      let memory = number("memory", in: 1...9, or: 8)
    else { return nil }

    switch (coding, raw) {
    case ("gzip", false):
      if let hex = values.removeValue(forKey: "header") {
        guard let header = ContentCodingGzipHeader(hex: hex) else { return nil }
        self.init(format: .gzip(header), level: level, window: window, memory: memory)
      } else {
        let plain = ContentCodingGzipHeader.plain(level: level)
        guard let time = number("mtime", in: 0...UInt32.max, or: plain.time),
          let flags = number("xfl", in: 0...UInt8.max, or: plain.extraFlags),
          let system = number("os", in: 0...UInt8.max, or: plain.system)
        else { return nil }
        let header = ContentCodingGzipHeader(time: time, extraFlags: flags, system: system)
        self.init(format: .gzip(header), level: level, window: window, memory: memory)
      }
    case ("deflate", _):
      self.init(format: raw ? .raw : .zlib, level: level, window: window, memory: memory)
    default:
      return nil
    }
    guard values.isEmpty else { return nil }
  }
}

extension ContentCodingGzipHeader {
  fileprivate func words(level: Int) -> [String] {
    guard isSimple else { return ["header=\(hex)"] }
    let plain = Self.plain(level: level)
    var words: [String] = []
    if time != plain.time { words.append("mtime=\(time)") }
    if system != plain.system { words.append("os=\(system)") }
    if extraFlags != plain.extraFlags { words.append("xfl=\(extraFlags)") }
    return words
  }
}
