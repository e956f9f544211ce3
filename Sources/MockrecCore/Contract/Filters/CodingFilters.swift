extension WordTable {
  /// Filters between text and what stands for it elsewhere.
  static let codingFilters: [FilterRule] =
    [
      FilterRule("base64Decode") { value, _ throws(WordError) in try base64(value, "+/") },
      FilterRule("base64UrlSafeDecode") { value, _ throws(WordError) in try base64(value, "-_") },
      FilterRule("base64Encode") { value, _ throws(WordError) in
        .text(base64Text(try value.bytes()).filter { $0 != "\n" })
      },
      FilterRule("base64UrlSafeEncode") { value, _ throws(WordError) in
        .text(
          base64Text(try value.bytes()).filter { $0 != "\n" && $0 != "=" }.map { letter in
            letter == "+" ? "-" : letter == "/" ? "_" : String(letter)
          }.joined())
      },
      FilterRule("htmlEscape") { value, _ throws(WordError) in
        .text(
          try value.text().unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(Character(scalar))
            }
          }.joined())
      },
      FilterRule("htmlUnescape") { value, _ throws(WordError) in .text(HTMLEntities.unescaped(try value.text())) },
      FilterRule("urlEncode") { value, _ throws(WordError) in
        .text(PercentCoding.encode(try value.text(), keeping: "/"))
      },
      FilterRule("urlDecode") { value, _ throws(WordError) in .text(try decoded(try value.text()[...])) },
      FilterRule("urlQueryParam", arguments: 1...1) { value, arguments throws(WordError) in
        let (url, name) = (try value.text(), try arguments.text(0, of: "urlQueryParam"))
        guard let mark = url.firstIndex(of: "?") else { return nil }
        let query = url[mark...].dropFirst().prefix { $0 != "#" }
        for pair in query.split(separator: "&") {
          let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
          let spaced = parts.map { $0.replacing("+", with: " ")[...] }
          if try decoded(spaced[0]) == name { return .text(try decoded(spaced.count > 1 ? spaced[1] : "")) }
        }
        return nil
      },
    ]
    + ["decode", "charsetDecode"].map { name in
      FilterRule(
        name, arguments: 1...1,
        asking: { scope, value, arguments throws(WordError) in
          let (bytes, charset) = (try value.bytes(), try arguments.text(0, of: name))
          guard
            let text = MediaType("text/plain; charset=\(charset)").decode(bytes)
              ?? scope.services.decode(bytes, charset)
          else { throw .unfit(value, "which is no text in the charset \(charset)") }
          return .text(text)
        })
    }
    + [
      FilterRule(
        "charsetEncode", arguments: 1...1,
        asking: { scope, value, arguments throws(WordError) in
          let (text, charset) = (try value.text(), try arguments.text(0, of: "charsetEncode"))
          guard let bytes = scope.services.encode(text, charset) else {
            throw .unfit(value, "which cannot be written in the charset \(charset)")
          }
          return .bytes(bytes)
        })
    ]

  /// - Parameter signs: The characters of the values 62 and 63.
  private static func base64(_ value: ContractValue, _ signs: String) throws(WordError) -> ContractValue {
    let signs = Array(signs.utf8)
    let digits = try value.text().utf8.map { byte -> UInt8 in
      byte == signs[0] ? UInt8(ascii: "+") : byte == signs[1] ? UInt8(ascii: "/") : byte
    }
    guard let bytes = TextCoding.base64(digits) else { throw value.isNo("base64") }
    return .bytes(bytes)
  }

  private static func decoded(_ text: Substring) throws(WordError) -> String {
    guard let decoded = PercentCoding.decode(text) else {
      throw ContractValue.text(String(text)).isNo("percent-encoded UTF-8")
    }
    return decoded
  }
}

/// Text in URLs. Source: RFC 3986, 2.1 and 2.3.
package enum PercentCoding {
  /// The text with all but unreserved characters, and those to be kept, percent-encoded.
  package static func encode(_ text: String, keeping kept: String = "") -> String {
    var encoded: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        encoded.append(byte)
      case _ where kept.utf8.contains(byte): encoded.append(byte)
      default: encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }

  /// nil for what does not become UTF-8. A `%` with no digits behind it stays.
  package static func decode(_ text: Substring) -> String? {
    let bytes = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexValue(bytes[index + 1]),
        let low = hexValue(bytes[index + 2])
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(bytes[index])
        index += 1
      }
    }
    return String(validating: decoded, as: UTF8.self)
  }
}

extension HTMLEntities {
  /// The text with its character references replaced. What is none stays as it is.
  static func unescaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var rest = text.unicodeScalars[...]
    while let first = rest.popFirst() {
      guard first == "&" else {
        result.append(first)
        continue
      }
      let isNumber = rest.first == "#"
      var body = isNumber ? rest.dropFirst() : rest
      let isHexadecimal = isNumber && (body.first == "x" || body.first == "X")
      if isHexadecimal { body = body.dropFirst() }
      // The longest name has eight letters, the longest number seven digits and leading zeros.
      let word = body.prefix(32).prefix { scalar in
        isNumber
          ? isHexadecimal ? scalar.properties.isASCIIHexDigit : ("0"..."9").contains(scalar)
          : scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      }
      let end = body[word.endIndex...]
      let isClosed = end.first == ";"
      let found =
        isNumber
        ? UInt32(String(word), radix: isHexadecimal ? 16 : 10).flatMap(Unicode.Scalar.init)
        : isClosed ? Self.scalar(String(word)) : nil
      guard let found, !word.isEmpty else {
        result.append(first)
        continue
      }
      result.append(found)
      // A number may stand without its semicolon.
      rest = isClosed ? end.dropFirst() : end
    }
    return String(result)
  }
}
