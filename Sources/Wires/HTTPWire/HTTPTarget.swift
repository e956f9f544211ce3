/// A request target taken apart (RFC 9112, 3.2): its path and its query, as they were sent.
struct HTTPTarget {
  var path: Substring
  /// Without the question mark; nil where none was sent.
  var query: Substring?

  /// Takes an origin-form or absolute-form target; of the absolute form only path and query count.
  init(_ target: String) {
    var rest = Substring(target)
    if !target.utf8.starts(with: "/".utf8), let scheme = target.firstRange(of: "://") {
      let authority = target[scheme.upperBound...]
      let path = authority.firstIndex { $0 == "/" || $0 == "?" } ?? authority.endIndex
      rest = authority[path...]
    }
    if let fragment = rest.utf8.firstIndex(of: UInt8(ascii: "#")) { rest = rest[..<fragment] }
    guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else {
      self.path = rest
      return
    }
    self.path = rest[..<mark]
    self.query = rest[rest.utf8.index(after: mark)...]
  }

  /// Whether a target is a path and perhaps a query already, with nothing to be taken off.
  static func isPlain(_ target: String) -> Bool {
    target.utf8.first == UInt8(ascii: "/") && !target.utf8.contains(UInt8(ascii: "#"))
  }

  /// The query's pairs as sent, in order; a pair without `=` has a nil value.
  var pairs: [(name: Substring, value: Substring?)] {
    (self.query ?? "").split(separator: "&").map { pair in
      guard let mark = pair.utf8.firstIndex(of: UInt8(ascii: "=")) else { return (pair, nil) }
      return (pair[..<mark], pair[pair.utf8.index(after: mark)...])
    }
  }

  /// The query with its pairs sorted and the ignored names left out, with its question mark; empty where none is left.
  func normalizedQuery(ignoring names: Set<String>) -> String {
    guard let query = self.query, !query.isEmpty else { return "" }
    var pairs = query.split(separator: "&")
    if !names.isEmpty {
      pairs.removeAll { pair in names.contains(HTTPTarget.decoded(pair.prefix { $0 != "=" })) }
    }
    guard !pairs.isEmpty else { return "" }
    return "?" + pairs.sorted().joined(separator: "&")
  }

  /// A name or value of a query with its percent escapes undone and `+` as a space.
  static func decoded(_ text: Substring) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
        bytes.append(value)
        rest.removeFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
