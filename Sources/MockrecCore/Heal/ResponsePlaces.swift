/// Where the parts of a response stand in its file.
struct ResponsePlaces {
  /// The digits of its status.
  var status: Range<Int>
  /// Behind its response line and its header lines.
  var headEnd: Int
  /// Behind these and its sections: where a body would begin.
  var partsEnd: Int
  /// Its messages, each without what stands around it: one where the body is a single one.
  var messages: [Range<Int>] = []

  /// From the first message to the last.
  var body: Range<Int>? {
    guard let first = self.messages.first, let last = self.messages.last else { return nil }
    return first.lowerBound..<last.upperBound
  }

  init(_ response: Response, in source: SourceText, dialect: Dialect = .http) throws(Diagnostic) {
    self = try source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      var reader = NotationReader(bytes: bytes, source: source, dialect: dialect)
      return try reader.places(of: response)
    }
  }

  fileprivate init(status: Range<Int>, headEnd: Int) {
    self.status = status
    self.headEnd = headEnd
    self.partsEnd = headEnd
  }
}

extension NotationReader {
  fileprivate mutating func places(of response: Response) throws(Diagnostic) -> ResponsePlaces {
    self.at = response.span.lowerBound + response.verb.utf8.count
    self.skipSpaces()
    let status = self.at
    self.at = response.span.upperBound
    _ = try self.finishLine(after: "the response line")
    var places = ResponsePlaces(status: status..<max(status, response.span.upperBound), headEnd: self.at)
    self.skipTrivia()
    while let colon = self.keyColon() {
      _ = try self.keyValue(colon: colon)
      places.headEnd = self.at
      self.skipTrivia()
    }
    places.partsEnd = places.headEnd
    var sections: [Section] = []
    while let name = self.sectionName() {
      let section = try self.section(name, on: .response, after: sections)
      sections.append(section)
      places.partsEnd = self.endOfLine(section.lines.end ?? name.upperBound)
      self.skipTrivia()
    }
    for _ in response.body?.each ?? [] {
      let start = self.at
      _ = try self.body()
      places.messages.append(start..<self.at)
      _ = try self.finishLine(after: "the body")
      self.skipTrivia()
    }
    return places
  }

  /// The offset behind the line that an offset lies in.
  private func endOfLine(_ offset: Int) -> Int {
    var end = offset
    while end < self.bytes.count, self.bytes[end] != .lineFeed { end += 1 }
    return min(end + 1, self.bytes.count)
  }
}

extension Section.Lines {
  /// Where the last line ends; nil where there is none.
  fileprivate var end: Int? {
    switch self {
    case .pairs(let pairs): pairs.last?.span.upperBound
    case .captures(let captures): captures.last?.span.upperBound
    case .asserts(let asserts): asserts.last?.span.upperBound
    }
  }
}
