import MockrecCore
import MockrecWire

extension HTTPWire {
  /// GET, HEAD, OPTIONS and TRACE (RFC 9110, 9.2.1).
  package func isSafe(_ entry: Entry) -> Bool {
    ["GET", "HEAD", "OPTIONS", "TRACE"].contains(entry.request.verb)
  }

  package var contractOptions: Set<String> {
    ["user", "insecure", "compressed", "location", "max-redirs", "cacert", "http1.0", "http1.1"]
  }

  package func contractRequest(
    for entry: Entry, variables: [String: String], file: SourceText
  ) throws(Diagnostic) -> ContractRequest {
    let rendering = Rendering(variables: variables, file: file)
    let request = entry.request
    var url = try rendering.text(request.target)
    var fields = Fields()
    for header in request.headers {
      fields.append(try rendering.text(header.key), try rendering.text(header.value))
    }
    var body = try self.contractBody(request.body, entry, rendering)
    var options = Fields()
    for section in request.sections {
      guard case .pairs(let lines) = section.lines else { continue }
      let pairs = try rendering.pairs(lines)
      switch section.kind {
      case .query: url = Self.adding(pairs, to: url)
      case .form:
        body = Body(
          Array(pairs.map { "\(Self.percentEncoded($0.0))=\(Self.percentEncoded($0.1))" }.joined(separator: "&").utf8))
        if !fields.contains("Content-Type") { fields.append("Content-Type", "application/x-www-form-urlencoded") }
      case .cookies: fields.append("Cookie", pairs.map { "\($0.0)=\($0.1)" }.joined(separator: "; "))
      case .basicAuth:
        if let pair = pairs.first { options.append("user", "\(pair.0):\(pair.1)") }
      case .options: for pair in pairs { options.append(pair.0, pair.1) }
      case .multipart:
        throw Diagnostic(
          "[Multipart] is read, but this version cannot send it yet", at: .init(file, at: section.span.lowerBound),
          fix: "write the body with its boundary between ``` fences")
      case .captures, .asserts: continue
      }
    }
    guard url.contains("://") else {
      throw Diagnostic(
        "'\(url)' is not a whole URL", at: .init(file, at: request.target.offset),
        fix: "begin it with a service of mockrec.yaml, as in {{users}}/path, or with http://")
    }
    return ContractRequest(message: Message(start: [request.verb, url], fields: fields, body: body), options: options)
  }

  private func contractBody(_ text: BodyText?, _ entry: Entry, _ rendering: Rendering) throws(Diagnostic) -> Body {
    guard let text else { return Body() }
    let marks = try Self.marks(entry.leading, in: rendering.file, at: entry.span.lowerBound)
    switch text {
    case .json(let template):
      let shown = Array(try rendering.text(template).utf8)
      return Body(marks.layout.flatMap { $0.apply(shown) } ?? shown)
    case .xml(let template), .oneline(let template): return Body(Array(try rendering.text(template).utf8))
    case .multiline(let multiline): return Body(Array(try rendering.text(multiline.text).utf8))
    case .hex(let bytes, _), .base64(let bytes, _): return Body(bytes)
    case .file(let name):
      return Body(file: try Self.path(of: try rendering.text(name), name, rendering.file), length: 0)
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

  private static func adding(_ pairs: [(String, String)], to url: String) -> String {
    guard !pairs.isEmpty else { return url }
    let query = pairs.map { "\(self.percentEncoded($0.0))=\(self.percentEncoded($0.1))" }.joined(separator: "&")
    return url + (url.contains("?") ? "&" : "?") + query
  }
}

/// Templates and the values they are rendered with.
private struct Rendering {
  var variables: [String: String]
  var file: SourceText

  func text(_ template: Template) throws(Diagnostic) -> String {
    if let literal = template.literal { return literal }
    do throws(RenderingError) {
      return try template.render(self.variables)
    } catch {
      throw error.diagnostic(in: self.file)
    }
  }

  func pairs(_ lines: [KeyValue]) throws(Diagnostic) -> [(String, String)] {
    var pairs: [(String, String)] = []
    for line in lines { pairs.append((try self.text(line.key), try self.text(line.value))) }
    return pairs
  }
}
