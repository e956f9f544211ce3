/// An answer as a report shows it beside another: its lines, each with the path that stands there.
///
/// It is made of a redacted answer, and cut where it is long: a report must not hold a second copy of large bodies.
package struct ShownAnswer: Sendable, Hashable {
  package struct Line: Sendable, Hashable {
    /// `status`, `header Content-Type`, `$.items[0].id`, `body line 3`; empty where the line closes a value.
    package var path: String
    package var text: String

    package init(_ path: String, _ text: String) {
      self.path = path
      self.text = text
    }
  }

  package var head: [Line]
  package var body: [Line]
  /// What of the body is left out, in bytes of its shown form.
  package var cutBytes: Int

  /// In bytes of the shown body. A line is cut at a quarter of it.
  package static let maximumLength = 16 << 10
  /// Lines are compared with lines: what that costs grows with their number squared.
  package static let maximumLines = 400

  /// What it takes, in bytes, roughly.
  package var length: Int { (self.head + self.body).reduce(0) { $0 + $1.text.utf8.count + $1.path.utf8.count + 64 } }

  package init(head: [Line], body: [Line], cutBytes: Int = 0) {
    self.head = head
    self.body = body
    self.cutBytes = cutBytes
  }

  /// - Complexity: O(`answer.body.count`).
  package init(_ answer: Answer) {
    self.head = [Line("status", answer.status.map { "\(answer.version) \($0)" } ?? answer.statusText)]
    for field in answer.fields where !HeaderDiff.ofConnection.contains(field.name.lowercased()) {
      self.head.append(Line("header \(field.name)", "\(field.name): \(Self.cut(field.value[...]))"))
    }
    let text: String
    var isJSON = false
    switch answer.content {
    case .empty: text = ""
    case .json(let json):
      text = json.prettyText
      isJSON = true
    case .text(let body): text = body
    case .bytes: text = Excerpt.bytes(answer.body)
    }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    var kept: [Substring] = []
    var length = 0
    for line in lines {
      guard length < Self.maximumLength, kept.count < Self.maximumLines else { break }
      length += line.utf8.count + 1
      kept.append(line)
    }
    self.cutBytes = max(0, text.utf8.count - length)
    if isJSON {
      var walk = JSONLineWalk()
      self.body = kept.map { Line(walk.path(of: $0), Self.cut($0)) }
    } else {
      self.body = text.isEmpty ? [] : kept.enumerated().map { Line("body line \($0 + 1)", Self.cut($1)) }
    }
  }

  private static func cut(_ line: Substring) -> String {
    guard line.utf8.count > self.maximumLength / 4 else { return String(line) }
    return String(line.unicodeScalars.prefix(self.maximumLength / 16)) + "… (\(line.utf8.count) bytes)"
  }
}

/// Tells the path of each line of indented JSON, one after the other.
package struct JSONLineWalk {
  private struct Open {
    var location: JSONLocation
    /// How many elements there were; nil for an object.
    var elements: Int?
  }

  private var open: [Open] = []

  package init() {}

  /// Whether the value that began has ended, or none has begun.
  package var isClosed: Bool { self.open.isEmpty }

  /// `$.items[0].id`; empty for a line that only closes a value.
  package mutating func path(of line: Substring) -> String {
    let text = line.drop { $0 == " " || $0 == "\t" }
    guard let first = text.utf8.first else { return "" }
    if first == UInt8(ascii: "}") || first == UInt8(ascii: "]") {
      _ = self.open.popLast()
      return ""
    }
    let location = self.next(text)
    switch text.utf8.last {
    case UInt8(ascii: "{"): self.open.append(Open(location: location))
    case UInt8(ascii: "["): self.open.append(Open(location: location, elements: 0))
    default: break
    }
    return location.shortDescription
  }

  private mutating func next(_ text: Substring) -> JSONLocation {
    guard let parent = self.open.indices.last else { return JSONLocation() }
    if let index = self.open[parent].elements {
      self.open[parent].elements = index + 1
      return self.open[parent].location.appending(.index(index))
    }
    guard let key = Self.key(text) else { return self.open[parent].location }
    return self.open[parent].location.appending(.name(key))
  }

  private static func key(_ text: Substring) -> String? {
    var isEscaped = false
    for index in text.utf8.indices.dropFirst() {
      let byte = text.utf8[index]
      if byte == UInt8(ascii: "\""), !isEscaped {
        return (try? JSON.parse(Array(text.utf8[...index])))?.string
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return nil
  }
}
