/// Whether `text` matches a pattern of `*`, `?`, `[a-z]`, `[^a]` and `\` as KEYS and PSUBSCRIBE take it.
package func globMatches(_ pattern: RedisBytes, _ text: RedisBytes, ignoringCase: Bool = false) -> Bool {
  pattern.withBytes { pattern in text.withBytes { globMatches(pattern[...], $0[...], ignoringCase) } }
}

/// In a loop, and going back to the last `*` only: neither the stack nor the time grows with the number of stars.
private func globMatches(
  _ pattern: Slice<UnsafeRawBufferPointer>, _ text: Slice<UnsafeRawBufferPointer>, _ ignoringCase: Bool
) -> Bool {
  var pattern = pattern
  var text = text
  /// What stands behind the last star, and the text that it was last tried with.
  var star: (pattern: Slice<UnsafeRawBufferPointer>, text: Slice<UnsafeRawBufferPointer>)?
  while let byte = text.first {
    if pattern.first == UInt8(ascii: "*") {
      pattern = pattern.dropFirst()
      if pattern.isEmpty { return true }
      star = (pattern, text)
    } else if globStep(&pattern, byte, ignoringCase) {
      text = text.dropFirst()
    } else if let last = star {
      star = (last.pattern, last.text.dropFirst())
      (pattern, text) = (last.pattern, last.text.dropFirst())
    } else {
      return false
    }
  }
  return pattern.allSatisfy { $0 == UInt8(ascii: "*") }
}

/// Whether `byte` is what `pattern` begins with; leaves `pattern` behind that.
private func globStep(_ pattern: inout Slice<UnsafeRawBufferPointer>, _ byte: UInt8, _ ignoringCase: Bool) -> Bool {
  switch pattern.first {
  case nil: return false
  case UInt8(ascii: "?"): break
  case UInt8(ascii: "["): guard globClass(&pattern, byte, ignoringCase) else { return false }
  case let first?:
    if first == UInt8(ascii: "\\"), pattern.count > 1 { pattern = pattern.dropFirst() }
    guard let wanted = pattern.first else { return false }
    guard ignoringCase ? wanted.lowercased == byte.lowercased : wanted == byte else { return false }
  }
  pattern = pattern.dropFirst()
  return true
}

/// Whether `byte` is in the class that `pattern` begins with; leaves `pattern` at the class's last byte.
private func globClass(_ pattern: inout Slice<UnsafeRawBufferPointer>, _ byte: UInt8, _ ignoringCase: Bool) -> Bool {
  let byte = ignoringCase ? byte.lowercased : byte
  func folded(_ value: UInt8) -> UInt8 { ignoringCase ? value.lowercased : value }
  var rest = pattern.dropFirst()
  let isNegated = rest.first == UInt8(ascii: "^")
  if isNegated { rest = rest.dropFirst() }
  var matches = false
  while let first = rest.first, first != UInt8(ascii: "]") {
    if first == UInt8(ascii: "\\"), rest.count >= 2 {
      rest = rest.dropFirst()
      if let escaped = rest.first, folded(escaped) == byte { matches = true }
    } else if rest.count >= 3, rest[rest.startIndex + 1] == UInt8(ascii: "-") {
      let low = folded(min(first, rest[rest.startIndex + 2]))
      let high = folded(max(first, rest[rest.startIndex + 2]))
      if byte >= low, byte <= high { matches = true }
      rest = rest.dropFirst(2)
    } else if folded(first) == byte {
      matches = true
    }
    rest = rest.dropFirst()
  }
  // A class that is never closed ends with the pattern: its last byte stays to be dropped.
  pattern = rest.isEmpty ? pattern.suffix(1) : rest
  return matches != isNegated
}
