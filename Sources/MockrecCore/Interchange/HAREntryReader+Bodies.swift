extension HAREntryReader {
  /// Whether a reply has a body that the archive does not hold.
  func isReplyBodyMissing(_ response: FormatValue, _ status: Int) throws(Diagnostic) -> Bool {
    guard self.hasReplyBody(status) else { return false }
    let content = try response.member("content")
    if let text = try content?.text("text"), !text.isEmpty { return false }
    if let size = try content?.integer("size") { return size > 0 }
    return try response.integer("bodySize") ?? 0 > 0
  }

  func isRequestBodyMissing() throws(Diagnostic) -> Bool {
    let request = try self.entry.required("request")
    guard try request.integer("bodySize") ?? 0 > 0 else { return false }
    guard let data = try request.member("postData") else { return true }
    if let text = try data.text("text"), !text.isEmpty { return false }
    return try self.form(data) == nil
  }

  private func hasReplyBody(_ status: Int) -> Bool {
    self.method != "HEAD" && status != 204 && status != 304
  }

  func requestBody(
    _ request: FormatValue, _ fields: inout Fields, _ notes: inout InterchangeNotes
  ) throws(Diagnostic) -> [UInt8] {
    if fields.contains("Content-Encoding") {
      fields.remove("Content-Encoding")
      notes.add("bodies stand decoded in a HAR: Content-Encoding of requests is dropped", at: self.label)
    }
    guard let data = try request.member("postData") else { return [] }
    let type = try data.text("mimeType") ?? ""
    if !fields.contains("Content-Type"), !type.isEmpty { fields.append("Content-Type", type) }
    // Requests have no `encoding` in the format; some tools write one, as mockrec does.
    var coding = try data.text("encoding")
    if coding == nil { coding = try data.text("_encoding") }
    if let text = try data.text("text"), !text.isEmpty {
      return try self.bytes(text, coding, type: fields[first: "Content-Type"], at: data, &notes)
    }
    return try self.form(data) ?? []
  }

  func replyBody(
    _ response: FormatValue, _ fields: Fields, _ notes: inout InterchangeNotes
  ) throws(Diagnostic) -> [UInt8] {
    let status = try response.integer("status") ?? 0
    guard self.hasReplyBody(status), let content = try response.member("content") else { return [] }
    guard let text = try content.text("text"), !text.isEmpty else { return [] }
    return try self.bytes(text, content.text("encoding"), type: fields[first: "Content-Type"], at: content, &notes)
  }

  /// A form that the archive holds as its pairs only; nil where they do not say all of it.
  private func form(_ data: FormatValue) throws(Diagnostic) -> [UInt8]? {
    let type = try data.text("mimeType")?.lowercased() ?? ""
    guard type.hasPrefix("application/x-www-form-urlencoded") else { return nil }
    var pairs: [String] = []
    for pair in try data.elements("params") {
      pairs.append(
        "\(PercentCoding.encode(try pair.required("name").text()))=\(PercentCoding.encode(try pair.text("value") ?? ""))"
      )
    }
    return Array(pairs.joined(separator: "&").utf8)
  }

  /// The bytes that a text in the archive stands for.
  private func bytes(
    _ text: String, _ coding: String?, type: String?, at value: FormatValue, _ notes: inout InterchangeNotes
  ) throws(Diagnostic) -> [UInt8] {
    guard coding?.lowercased() != "base64" else {
      guard let bytes = Base64.decode(text) else {
        throw Diagnostic("`text` is not the Base64 that `encoding` says", at: (try value.required("text")).place)
      }
      return bytes
    }
    let bytes = Array(text.utf8)
    guard let charset = Charset(contentType: type), bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
    if charset == .latin1, let encoded = Charset.latin1(text) { return encoded }
    notes.add(
      "text of another charset than UTF-8 stands converted in a HAR: it is recorded as UTF-8, whatever its header says",
      at: self.label)
    return bytes
  }
}

/// What a content type says of a text's bytes, where that is not UTF-8.
enum Charset {
  case latin1, other

  init?(contentType: String?) {
    guard let type = contentType?.lowercased(), let mark = type.firstRange(of: "charset=") else { return nil }
    let name = type[mark.upperBound...].prefix { $0 != ";" && $0 != " " }.filter { $0 != "\"" && $0 != "'" }
    switch name {
    case "utf-8", "utf8", "us-ascii", "ascii", "": return nil
    case "iso-8859-1", "latin1", "iso_8859-1": self = .latin1
    default: self = .other
    }
  }

  /// nil for a text that ISO 8859-1 cannot hold.
  static func latin1(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      guard let byte = UInt8(exactly: scalar.value) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}

/// Base64 as other tools write it, on one line.
///
/// Source: RFC 4648, section 4.
enum Base64 {
  /// nil for a text that is none. White space is passed over.
  static func decode(_ text: String) -> [UInt8]? {
    var decoder = Base64Decoder(capacity: text.utf8.count)
    for byte in text.utf8 where byte > 0x20 {
      guard decoder.append(byte) else { return nil }
    }
    return decoder.finish()
  }

  static func encode(_ bytes: [UInt8]) -> String {
    base64Text(bytes).split(separator: "\n").joined()
  }
}
