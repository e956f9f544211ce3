import MockrecCore
import MockrecWire

extension HTTPWire {
  package func obstacle(_ entry: Entry) -> String? {
    let isEndless = entry.response?.leading.contains { line in
      Mark(line).map { $0.name == "ends" && $0.value == "client" } ?? false
    }
    return isEndless == true ? "its client ended it, and the service would go on" : nil
  }

  /// GET, HEAD, OPTIONS and TRACE (RFC 9110, 9.2.1).
  package func isSafe(_ entry: Entry) -> Bool {
    ["GET", "HEAD", "OPTIONS", "TRACE"].contains(entry.request.verb)
  }

  package var requestSections: Set<Section.Kind> { [.query, .form, .multipart, .cookies, .basicAuth, .options] }

  package var contractOptions: Set<String> {
    [
      "aws-sigv4", "cacert", "cert", "compressed", "connect-timeout", "connect-to", "digest", "header", "http1.0",
      "http1.1", "http2", "http3", "insecure", "ipv4", "ipv6", "key", "limit-rate", "location", "location-trusted",
      "max-redirs", "max-time", "negotiate", "netrc", "netrc-file", "netrc-optional", "ntlm", "path-as-is",
      "pinnedpubkey", "proxy", "resolve", "unix-socket", "user", "verbose", "verbosity", "very-verbose",
    ]
  }

  package func contractRequest(
    for entry: Entry, scope: ContractScope, file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let rendering = Rendering(scope: scope, file: file)
    let request = entry.request
    var url = try rendering.text(request.target)
    var fields = Fields()
    for header in request.headers {
      fields.append(try rendering.text(header.key), try rendering.text(header.value))
    }
    var content = try self.contractBody(request.body, entry, rendering)
    var options = Fields()
    for section in request.sections {
      guard case .pairs(let lines) = section.lines else { continue }
      switch section.kind {
      case .query: url = Self.adding(try rendering.pairs(lines), to: url)
      // Where a body is written, that is what is sent. A section without lines is none.
      case .form where request.body == nil && !lines.isEmpty: content = Self.form(try rendering.pairs(lines))
      case .multipart where request.body == nil && !lines.isEmpty: content = try rendering.multipart(lines)
      case .cookies:
        options.append("cookie", try rendering.pairs(lines).map { "\($0.0)=\($0.1)" }.joined(separator: "; "))
      case .basicAuth:
        for pair in try rendering.pairs(lines).prefix(1) { options.append("user", "\(pair.0):\(pair.1)") }
      case .options: for pair in try rendering.pairs(lines) { options.append(pair.0, pair.1) }
      case .form, .multipart, .captures, .asserts: continue
      }
    }
    for header in options[all: "header"] {
      let pair = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      fields.append(String(pair[0]), String(pair.count > 1 ? pair[1].drop { $0 == " " } : ""))
    }
    if let type = content.type, !fields.contains("Content-Type") { fields.append("Content-Type", type) }
    guard url.contains("://") else {
      throw Diagnostic(
        "'\(url)' is not a whole URL", at: .init(file, at: request.target.offset),
        fix: "begin it with a service of mockrec.yaml, as in {{users}}/path, or with http://")
    }
    var asked = ContractRequest(
      message: Message(start: [request.verb, url], fields: fields, body: content.body), options: options)
    asked.dialogue = try Self.dialogue(of: entry, in: file)
    // An entry has no field that says how its request went over the connection.
    if asked.dialogue != nil { asked.message.fields.set("Connection", "Upgrade") }
    return asked
  }

  private func contractBody(
    _ text: BodyText?, _ entry: Entry, _ rendering: Rendering
  ) throws(Diagnostic) -> RequestContent {
    guard let text else { return RequestContent(Body()) }
    let marks = try Self.marks(entry.leading, in: rendering.file, at: entry.span.lowerBound)
    switch text {
    case .json(let template):
      let shown = Array(try rendering.scope.json(template, in: rendering.file).utf8)
      // A recorded request has the type that it had.
      guard let layout = marks.layout else { return RequestContent(Body(shown), type: "application/json") }
      return RequestContent(Body(layout.apply(shown) ?? shown))
    case .xml(let template):
      return RequestContent(Body(Array(try rendering.text(template).utf8)), type: "application/xml")
    case .oneline(let template): return RequestContent(Body(Array(try rendering.text(template).utf8)))
    case .multiline(let multiline): return try rendering.multiline(multiline)
    case .hex(let bytes, _), .base64(let bytes, _): return RequestContent(Body(bytes))
    case .file(let name):
      return RequestContent(
        Body(file: try Self.path(of: try rendering.text(name), name, rendering.file), length: 0))
    case .messages:
      throw Diagnostic(BodyText.severalMessages, at: .init(rendering.file, at: entry.span.lowerBound))
    }
  }

  /// A body file stands beside the contract that names it, or below.
  private static func path(of name: String, _ template: Template, _ file: SourceText) throws(Diagnostic) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." }) else {
      throw Diagnostic(
        "the file '\(name)' lies outside the contract's folder", at: .init(file, at: template.offset),
        fix: "put it beside the contract, and name it relative to that")
    }
    guard let slash = file.name.lastIndex(of: "/") else { return name }
    return file.name[...slash] + name
  }

  private static func form(_ pairs: [(String, String)]) -> RequestContent {
    RequestContent(Body(Array(self.encoded(pairs).utf8)), type: "application/x-www-form-urlencoded")
  }

  private static func adding(_ pairs: [(String, String)], to url: String) -> String {
    guard !pairs.isEmpty else { return url }
    return url + (url.contains("?") ? "&" : "?") + self.encoded(pairs)
  }

  private static func encoded(_ pairs: [(String, String)]) -> String {
    pairs.map { "\(PercentCoding.encode($0.0))=\(PercentCoding.encode($0.1))" }.joined(separator: "&")
  }
}

/// A body and the type that goes with the way in which it is written; nil for none.
struct RequestContent {
  var body: Body
  var type: String?

  init(_ body: Body, type: String? = nil) {
    self.body = body
    self.type = type
  }
}

/// Templates and what they are rendered with.
private struct Rendering {
  var scope: ContractScope
  var file: SourceText

  func text(_ template: Template) throws(Diagnostic) -> String { try self.scope.text(template, in: self.file) }

  func pairs(_ lines: [KeyValue]) throws(Diagnostic) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for line in lines { pairs.append((try self.text(line.key), try self.text(line.value))) }
    return pairs
  }

  func multiline(_ multiline: Multiline) throws(Diagnostic) -> RequestContent {
    let text = try self.scope.text(multiline, in: self.file)
    switch multiline.attributes.first {
    case "json", "graphql": return RequestContent(Body(Array(text.utf8)), type: "application/json")
    case "xml": return RequestContent(Body(Array(text.utf8)), type: "application/xml")
    case "hex", "base64":
      return RequestContent(Body(try self.scope.bytes(multiline, in: self.file) ?? []))
    default: return RequestContent(Body(Array(text.utf8)))
    }
  }

  /// `name: value`, and `name: file,data.csv; text/csv`.
  func multipart(_ lines: [KeyValue]) throws(Diagnostic) -> RequestContent {
    var form = MultipartForm()
    for (line, (name, value)) in zip(lines, try self.pairs(lines)) {
      guard value.hasPrefix("file,"), let end = value.firstIndex(of: ";") else {
        form.append(name: name, value: Array(value.utf8))
        continue
      }
      let path = value[..<end].dropFirst("file,".count).trimming
      let type = value[end...].dropFirst().trimming
      let bytes = try self.scope.file(Template(path, offset: line.value.offset), in: self.file)
      form.append(name: name, value: bytes, file: path, type: type.isEmpty ? nil : type)
    }
    return RequestContent(Body(form.bytes), type: form.type)
  }
}

extension Substring {
  /// Without white space at its ends.
  fileprivate var trimming: String {
    let start = self.drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
