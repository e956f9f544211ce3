import MockrecCore
import MockrecWire

/// Finds where in its file a step's response says what a difference speaks of, so that a reviewer sees it at its line.
struct StepPlaces {
  private let source: SourceText
  private let response: Response
  private let end: Int

  /// Of more differences than this, nobody reads the places.
  private static let limit = 100

  /// - Returns: nil for a step that expects nothing.
  init?(_ step: VerifyStep) {
    guard let response = step.wire.expected(of: step.entry, in: step.source) else { return nil }
    self.source = step.source
    self.response = response
    self.end = max(step.entry.span.upperBound, response.span.upperBound)
  }

  /// The places of those paths that stand in the file, themselves or what is around them.
  func places(of differences: [Difference]) -> [String: Diagnostic.Place] {
    var places: [String: Diagnostic.Place] = [:]
    let lines = self.bodyLines()
    for difference in differences.prefix(Self.limit) where places[difference.path] == nil {
      guard let offset = self.offset(of: difference.path, lines) else { continue }
      places[difference.path] = Diagnostic.Place(self.source, at: offset)
    }
    return places
  }

  private func offset(of path: String, _ lines: [String: Int]) -> Int? {
    if path == "status" { return self.response.span.lowerBound }
    if path.hasPrefix("header ") {
      let name = path.dropFirst(7)
      let line = self.response.headers.first { $0.key.literal?.equalsIgnoringCase(String(name)) ?? false }
      return line?.key.offset ?? self.response.span.lowerBound
    }
    guard path.hasPrefix("$"), var location = (try? JSONPath(path))?.location else {
      return lines[path] ?? lines["body line 1"] ?? lines["$"]
    }
    // What the real service added stands nowhere: what it was added to does.
    while true {
      if let offset = lines[location.shortDescription] { return offset }
      guard !location.steps.isEmpty else { return nil }
      location.steps.removeLast()
    }
  }

  /// The byte offset of each line of the body, by the path that stands there.
  private func bodyLines() -> [String: Int] {
    self.response.body.map(self.lines) ?? [:]
  }

  private func lines(of body: BodyText) -> [String: Int] {
    switch body {
    case .json(let template): self.json(from: template.offset)
    case .multiline(let text): self.text(from: text.text.offset)
    case .xml(let template), .oneline(let template): self.text(from: template.offset)
    case .file(let name): ["$": name.offset, "body line 1": name.offset]
    case .hex, .base64: [:]
    case .messages(let messages): self.lines(of: messages.map(\.body))
    }
  }

  /// Of messages, which an answer has as the elements of an array. Of one that is no JSON its first line stands for all.
  private func lines(of messages: [BodyText]) -> [String: Int] {
    var all: [String: Int] = [:]
    all["$"] = messages.first?.offset
    for (index, message) in messages.enumerated() {
      all["$[\(index)]"] = message.offset
      guard case .json = message else { continue }
      for (path, offset) in self.lines(of: message) { all["$[\(index)]\(path.dropFirst())"] = offset }
    }
    return all
  }

  private func json(from start: Int) -> [String: Int] {
    var lines: [String: Int] = [:]
    var walk = JSONLineWalk()
    for (offset, line) in self.lines(from: start) {
      let path = walk.path(of: Substring(line))
      if !path.isEmpty, lines[path] == nil {
        lines[path] = offset + line.utf8.prefix { $0 == 0x20 || $0 == 0x09 }.count
      }
      if walk.isClosed { break }
    }
    return lines
  }

  private func text(from start: Int) -> [String: Int] {
    var lines: [String: Int] = [:]
    for (index, line) in self.lines(from: start).enumerated() { lines["body line \(index + 1)"] = line.offset }
    return lines
  }

  private func lines(from start: Int) -> [(offset: Int, text: String)] {
    let bytes = self.source.bytes
    var lines: [(Int, String)] = []
    var begin = start
    while begin < min(self.end, bytes.count), lines.count < 10_000 {
      let end = bytes[begin...].firstIndex(of: 0x0A) ?? bytes.count
      let isReturned = end > begin && bytes[end - 1] == 0x0D
      lines.append((begin, String(decoding: bytes[begin..<(isReturned ? end - 1 : end)], as: UTF8.self)))
      begin = end + 1
    }
    return lines
  }
}
