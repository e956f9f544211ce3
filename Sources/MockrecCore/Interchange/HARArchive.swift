/// What an HTTP Archive holds: the exchanges that can be recorded, and why the others cannot.
///
/// Source: HTTP Archive 1.2 (http://www.softwareishard.com/blog/har-12-spec/).
package struct HARArchive: Sendable {
  package struct Item: Sendable {
    /// The entry's place in the archive, from 1.
    package var number: Int
    /// `https://users.example.com:8443`
    package var origin: String
    package var authority: String
    /// The service that mockrec wrote it for, where mockrec wrote it.
    package var service: String?
    /// Bodies are decoded, and the target is the origin's own.
    package var exchange: Exchange
    /// What the archive does not say of this exchange.
    package var notes: InterchangeNotes
  }

  package var items: [Item] = []
  /// Entries that are no exchange of HTTP, or none that is whole.
  package var leftOut = InterchangeNotes()

  /// - Throws: A `Diagnostic` with its place for a text that is no HTTP Archive, of another version, or out of shape.
  package init(_ source: SourceText, limits: JSONLimits = JSONLimits(maximumBytes: 256 << 20)) throws(Diagnostic) {
    let file = try FormatValue(source, format: "HAR file", limits: limits)
    guard let log = try file.member("log") else {
      throw Diagnostic(
        "not a HAR file: it has no `log`", at: file.place,
        fix: "save one from a browser's network panel, or with any tool that writes HTTP Archive 1.2")
    }
    if let version = try log.member("version"), !["", "1.1", "1.2", "1.3"].contains(try version.text()) {
      throw Diagnostic(
        "this is version \(try version.text()) of the format, which is not known", at: version.place,
        fix: "save it as HTTP Archive 1.2")
    }
    for (index, entry) in try log.required("entries").elements().enumerated() {
      let reader = try HAREntryReader(entry, number: index + 1)
      if let item = try reader.item() {
        self.items.append(item)
      } else {
        self.leftOut.add(try reader.obstacle() ?? "", at: reader.label)
      }
    }
  }
}

/// Reads one entry of an archive.
struct HAREntryReader {
  let entry: FormatValue
  private let number: Int
  let method: String
  private let url: String
  private let address: WebAddress?

  init(_ entry: FormatValue, number: Int) throws(Diagnostic) {
    let request = try entry.required("request")
    self.entry = entry
    self.number = number
    self.method = try request.required("method").text()
    self.url = try request.required("url").text()
    self.address = WebAddress(self.url)
  }

  /// The request for people, without what may be secret in it.
  var label: String {
    guard let address = self.address else {
      return "entry \(self.number): \(self.url.prefix { $0 != ":" }.prefix(20)):…"
    }
    return
      "entry \(self.number): \(self.method.prefix(20)) \(address.origin)\(address.target.prefix { $0 != "?" }.prefix(120))"
  }

  /// Why the entry cannot be recorded; nil where it can.
  func obstacle() throws(Diagnostic) -> String? {
    guard self.address != nil else { return "no http or https URL (data:, blob:, ws: and the like)" }
    guard self.method != "CONNECT", Fields.isToken(self.method) else { return "a method that no recording holds" }
    guard let response = try self.entry.member("response") else { return "no response" }
    let status = try response.integer("status") ?? 0
    let messages = try self.entry.member("_webSocketMessages")
    if status == 101 || messages != nil { return "a WebSocket" }
    guard (200...999).contains(status) else {
      return "no response: it was blocked, aborted or failed (status \(status))"
    }
    if try self.isReplyBodyMissing(response, status) { return "the archive does not hold the response's body" }
    if try self.isRequestBodyMissing() { return "the archive does not hold the request's body" }
    return nil
  }

  func item() throws(Diagnostic) -> HARArchive.Item? {
    guard try self.obstacle() == nil, let address = self.address, let response = try self.entry.member("response")
    else {
      return nil
    }
    var notes = InterchangeNotes()
    if address.hadCredentials { notes.add("a user's name in a URL was dropped", at: self.label) }
    let request = try self.entry.required("request")
    var sent = Message(start: [self.method, address.target, "HTTP/1.1"])
    sent.fields = try self.fields(request, &notes)
    sent.body = Body(try self.requestBody(request, &sent.fields, &notes))
    let status = try response.integer("status") ?? 0
    var got = Message(start: ["HTTP/1.1", String(status), try response.text("statusText") ?? ""])
    got.fields = try self.fields(response, &notes)
    got.body = Body(try self.replyBody(response, got.fields, &notes))
    self.settleLength(&got, status, &notes)
    try self.noteVersion(response, &notes)
    return HARArchive.Item(
      number: self.number, origin: address.origin, authority: address.authority,
      service: try self.entry.text("_service"), exchange: Exchange(request: sent, replies: [.init(got)]), notes: notes)
  }

  private func fields(_ message: FormatValue, _ notes: inout InterchangeNotes) throws(Diagnostic) -> Fields {
    var fields = Fields()
    for header in try message.elements("headers") {
      let name = try header.required("name").text()
      let value = try header.text("value") ?? ""
      if name.hasPrefix(":") {
        notes.add(
          "pseudo-headers of HTTP/2 and HTTP/3 are dropped: method, URL and status say the same", at: self.label)
        continue
      }
      // Browsers join repeated fields with line feeds.
      for part in value.split(separator: "\n", omittingEmptySubsequences: false) {
        let text = String(part.trimmingBlanks)
        guard Fields.isToken(name), !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
          notes.add("header fields that HTTP/1.1 cannot hold are dropped", at: self.label)
          continue
        }
        fields.append(name, text)
      }
    }
    return fields
  }

  /// A body stands decoded in the archive: what was said of its coded form is not true of it.
  private func settleLength(_ message: inout Message, _ status: Int, _ notes: inout InterchangeNotes) {
    if message.fields.contains("Content-Encoding"), !message.body.isEmpty {
      message.fields.remove("Content-Encoding")
      message.fields.remove("Content-Length")
      notes.add(
        "bodies stand decoded in a HAR: Content-Encoding and Content-Length are dropped, and they are replayed plain",
        at: self.label)
    }
    guard let length = message.fields[first: "Content-Length"], self.method != "HEAD", status != 304,
      length != String(message.body.count)
    else { return }
    message.fields.remove("Content-Length")
    notes.add(
      "a Content-Length that is not that of the body is dropped: the body was converted or cut by what wrote the HAR",
      at: self.label)
  }

  private func noteVersion(_ response: FormatValue, _ notes: inout InterchangeNotes) throws(Diagnostic) {
    let version = try response.text("httpVersion")?.lowercased() ?? ""
    if version.hasPrefix("h2") || version.hasPrefix("h3") || version.hasPrefix("http/2") || version.hasPrefix("http/3")
    {
      notes.add("exchanges of HTTP/2 and HTTP/3 are replayed over HTTP/1.1", at: self.label)
    }
  }
}
