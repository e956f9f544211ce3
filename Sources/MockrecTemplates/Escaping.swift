import MockrecCore

/// How values stand in a text, which depends on what the text is.
package enum Escaping: Sendable, Hashable {
  /// As they are.
  case none
  /// Between the quotes of a string escaped as JSON strings are; elsewhere as JSON of their own, texts with quotes and
  /// what is missing as `null`.
  case json
  /// As in XML and HTML.
  case markup
  /// As in a field of a message, where no line may end: its control characters become spaces.
  case field

  /// What a body needs.
  ///
  /// - Parameter contentType: What the reply says of it; nil where it says nothing.
  package init(_ body: BodyText, contentType: String?) {
    switch body {
    case .json: self = .json
    case .xml: self = .markup
    case .multiline(let text) where text.attributes.first == "json": self = .json
    case .multiline(let text) where text.attributes.first == "xml": self = .markup
    default:
      let type = MediaType(contentType ?? "")
      self =
        type.isJSON
        ? .json
        : type.essence.hasSuffix("/xml") || type.essence.hasSuffix("+xml") || type.essence == "text/html"
          ? .markup : .none
    }
  }
}

/// How one value is written, by its place.
enum Spelling: Sendable, Hashable {
  case plain, quoted, value, markup, field

  init(_ escaping: Escaping, isQuoted: Bool, isRaw: Bool) {
    self =
      switch escaping {
      case .field: .field
      case _ where isRaw: .plain
      case .none: .plain
      case .markup: .markup
      case .json: isQuoted ? .quoted : .value
      }
  }

  /// Appends a value as it stands in its place; nil is nothing.
  ///
  /// - Throws: `cannot` for what is no text.
  func append(_ value: ContractValue?, to output: inout [UInt8]) throws(WordError) {
    guard let value else {
      if self == .value { output.append(contentsOf: "null".utf8) }
      return
    }
    if self == .value, case .json(let json) = value {
      switch json {
      case .number(let number): output.append(contentsOf: number.text.utf8)
      default: output.append(contentsOf: json.bytes())
      }
      return
    }
    let text = try value.replyText()
    switch self {
    case .plain: output.append(contentsOf: text.utf8)
    case .quoted: JSONString.appendEscaped(text, quote: UInt8(ascii: "\""), to: &output)
    case .value:
      output.append(UInt8(ascii: "\""))
      JSONString.appendEscaped(text, quote: UInt8(ascii: "\""), to: &output)
      output.append(UInt8(ascii: "\""))
    case .markup:
      for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "&"): output.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): output.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): output.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): output.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): output.append(contentsOf: "&#39;".utf8)
        default: output.append(byte)
        }
      }
    case .field:
      for byte in text.utf8 { output.append(byte < 0x20 || byte == 0x7F ? 0x20 : byte) }
    }
  }
}

extension ContractValue {
  /// As a reply shows it: bytes are the text that they are in UTF-8.
  ///
  /// - Throws: `cannot` for what is no text.
  func replyText() throws(WordError) -> String {
    if let text = self.variableText { return text == "null" && self.json?.isNull == true ? "" : text }
    if case .bytes(let bytes) = self, let text = String(validating: bytes, as: UTF8.self) { return text }
    throw .cannot("\(self.kind), which cannot be put into a text")
  }

  /// Whether a section is left out for it: null, false, an empty text, an empty list.
  var isNothing: Bool {
    switch self {
    case .json(.null), .json(.bool(false)): true
    case .json(.string(let text)): text.isEmpty
    case .json(.array(let elements)): elements.isEmpty
    case .json, .date, .pattern, .read: false
    case .bytes(let bytes): bytes.isEmpty
    case .nodes(let count): count == 0
    }
  }
}
