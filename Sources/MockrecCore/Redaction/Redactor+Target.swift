extension Redactor {
  /// A request target or URL: secret parameters of the query and the fragment, the password of the user information
  /// (RFC 3986, 3.2.1), and secret shapes anywhere. Everything else stays byte for byte.
  ///
  /// Text around the URL, as in a Link field, is allowed.
  package func query(_ target: String, replaced: inout Int) -> String {
    self.scan(target, replaced: &replaced) { bytes, sink in
      var form = FormRedaction(names: self.names.queryNames, isURL: true)
      var start = 0
      for user in Self.userInformation(of: bytes) {
        form.feed(UnsafeBufferPointer(rebasing: bytes[start..<user.lowerBound]), base: start, sink: &sink)
        form.finish(at: user.lowerBound, sink: &sink)
        sink.begin(at: user.lowerBound)
        sink.replace(until: user.upperBound, with: .decoding(bytes[user]))
        start = user.upperBound
      }
      form.feed(UnsafeBufferPointer(rebasing: bytes[start...]), base: start, sink: &sink)
      form.finish(at: bytes.count, sink: &sink)
    }
  }

  package func query(_ target: String) -> String {
    var replaced = 0
    return self.query(target, replaced: &replaced)
  }

  /// A text all of which is in memory: as a body that is text, and the passwords of URLs.
  package func wholeText(_ bytes: [UInt8]) -> [UInt8] {
    let clean = self.body(bytes, as: .text)
    guard self.isOn else { return clean }
    var replaced = 0
    return self.scan(clean, replaced: &replaced) { bytes, sink in
      for user in Self.userInformation(of: bytes) {
        sink.begin(at: user.lowerBound)
        sink.replace(until: user.upperBound, with: .decoding(bytes[user]))
      }
    }
  }

  /// Where `scheme://user:SECRET@` or `scheme://SECRET@` stand. An empty password is none.
  private static func userInformation(of bytes: UnsafeBufferPointer<UInt8>) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var index = 0
    while index + 2 < bytes.count {
      guard bytes[index] == 0x3A, bytes[index + 1] == 0x2F, bytes[index + 2] == 0x2F else {
        index += 1
        continue
      }
      index += 3
      var secret = index
      var end: Int?
      authority: for place in index..<bytes.count {
        switch bytes[place] {
        case UInt8(ascii: ":"): if secret == index { secret = place + 1 }
        case UInt8(ascii: "@"): end = place
        case UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: " "), UInt8(ascii: "\""),
          UInt8(ascii: "<"), UInt8(ascii: ">"):
          break authority
        default: break
        }
      }
      guard let end else { continue }
      // The colon of a port comes after the user information.
      if secret > end { secret = index }
      if secret < end { found.append(secret..<end) }
      index = end
    }
    return found
  }
}

extension SecretValue {
  /// The value that percent-encoded text stands for.
  static func decoding(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> SecretValue {
    var value = SecretValue()
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = text[index + 1].hexValue,
        let low = text[index + 2].hexValue
      {
        value.append(high << 4 | low)
        index += 3
      } else {
        value.append(text[index])
        index += 1
      }
    }
    return value
  }
}
