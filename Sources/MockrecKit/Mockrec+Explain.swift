import MockrecCore

extension Mockrec {
  /// What the entries of a file ask, serve, assert and know of noise, for people.
  ///
  /// - Throws: A `Diagnostic` for a text that does not parse.
  public static func explain(_ source: SourceText) throws -> String {
    let file = try NotationParser.parse(source, dialect: Wires.dialect)
    return try file.entries.map { try ExplainText(entry: $0, source: source).text }.joined(separator: "\n")
  }
}

/// One entry in words.
struct ExplainText {
  let entry: Entry
  let source: SourceText

  var text: String {
    get throws(Diagnostic) {
      let request = self.entry.request
      let place = self.source.position(of: self.entry.span.lowerBound)
      var lines = ["\(self.source.name):\(place.line)  \(request.verb) \(request.target.spelling)"]
      lines += Self.labelled("asked with", Self.parts(request.headers, request.sections, request.body))
      guard let response = self.entry.response else {
        return (lines + ["  serves nothing"]).joined(separator: "\n") + "\n"
      }
      let times = self.entry.marks.first { $0.name == "times" }.map { ["\($0.value) times in a row"] } ?? []
      lines += Self.labelled(
        "serves", ["\(response.verb) \(response.status)"] + Self.parts(response.headers, [], response.body) + times)
      let (noise, own) = try Noise.read(response, in: self.source)
      for section in own.sections {
        switch section.lines {
        case .asserts(let asserts): lines += Self.listed("asserts", asserts.map(Self.words))
        case .captures(let captures):
          lines += Self.listed("captures", captures.map { "\($0.name.spelling): \($0.query.spelling)" })
        case .pairs: break
        }
      }
      lines += Self.listed("varies by itself", noise.places)
      if noise.isEmpty { lines.append("  varies by itself: nothing that is known") }
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private static func words(_ assert: Assert) -> String {
    ([assert.query] + assert.filters).map(\.spelling).joined(separator: " ") + (assert.negated ? " not " : " ")
      + assert.predicate.spelling
  }

  private static func labelled(_ label: String, _ parts: [String]) -> [String] {
    parts.isEmpty ? [] : ["  \(label): \(parts.joined(separator: ", "))"]
  }

  private static func listed(_ label: String, _ items: [String]) -> [String] {
    items.isEmpty ? [] : ["  \(label):"] + items.map { "    \($0)" }
  }

  private static func parts(_ headers: [KeyValue], _ sections: [Section], _ body: BodyText?) -> [String] {
    let fields = headers.isEmpty ? [] : [counted(headers.count, "header field")]
    let kind: String? =
      switch body {
      case .json: "JSON"
      case .xml: "XML"
      case .multiline, .oneline: "text"
      case .hex, .base64: "bytes"
      case .file(let name): "the file \(name.spelling)"
      case .messages(let messages): "\(messages.count) messages"
      case nil: nil
      }
    return fields + sections.map { "[\($0.name)]" } + (kind.map { ["a body: \($0)"] } ?? [])
  }
}
