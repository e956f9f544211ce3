extension NotationReader {
  /// Reads an XML document up to the end of its root element: tags are matched, the rest is kept as it is written.
  mutating func xml() throws(Diagnostic) -> Template {
    let start = self.at
    var open: [Range<Int>] = []
    while true {
      guard self.current == UInt8(ascii: "<") else {
        self.at += 1
        guard self.at < self.bytes.count else { throw self.noEnd(of: open, start) }
        continue
      }
      if self.has("<!--", at: self.at) {
        try self.skip(past: "-->", of: "comment")
      } else if self.has("<![CDATA[", at: self.at) {
        try self.skip(past: "]]>", of: "CDATA section")
      } else if self.has("<?", at: self.at) {
        try self.skip(past: "?>", of: "processing instruction")
      } else if self.has("<!", at: self.at) {
        try self.skipDeclaration()
      } else if try self.tag(&open) {
        return TemplateBuilder(at: start).finished(at: self.at, in: self)
      }
    }
  }

  /// Reads a tag; true when it ends the root element.
  private mutating func tag(_ open: inout [Range<Int>]) throws(Diagnostic) -> Bool {
    let start = self.at
    let isClosing = self.byte(start + 1) == UInt8(ascii: "/")
    let nameStart = start + (isClosing ? 2 : 1)
    var end = nameStart
    while !Self.nameEnds.contains(self.byte(end)) { end += 1 }
    guard end > nameStart else {
      throw self.failure("XML: the name of an element is expected", at: nameStart, fix: "write `<` in a text as `&lt;`")
    }
    self.at = end
    try self.skipToTagEnd(from: start)
    if isClosing {
      guard let last = open.popLast(), self.string(last) == self.string(nameStart..<end) else {
        throw self.failure("XML: this closes no open element", at: start)
      }
      return open.isEmpty
    }
    if self.byte(self.at - 2) == UInt8(ascii: "/") { return open.isEmpty }
    guard open.count < self.dialect.limits.depth else {
      throw self.failure("XML: nested deeper than \(self.dialect.limits.depth)", at: start)
    }
    open.append(nameStart..<end)
    return false
  }

  private static let nameEnds = ByteSet(" />\"'<=").withControls

  /// Steps behind the `>` of a tag or a declaration, over quoted values.
  private mutating func skipToTagEnd(from start: Int) throws(Diagnostic) {
    var quote: UInt8?
    while let byte = self.isAtEnd ? nil : self.current {
      self.at += 1
      if let mark = quote {
        if byte == mark { quote = nil }
      } else if byte == .quote || byte == UInt8(ascii: "'") {
        quote = byte
      } else if byte == UInt8(ascii: ">") {
        return
      }
    }
    throw self.failure("XML: this has no end", at: start, fix: "close it with `>`")
  }

  /// Steps over `<!DOCTYPE …>` with what it holds in brackets.
  private mutating func skipDeclaration() throws(Diagnostic) {
    let start = self.at
    var depth = 0
    while !self.isAtEnd {
      if self.current == UInt8(ascii: "[") { depth += 1 }
      if self.current == UInt8(ascii: "]") { depth -= 1 }
      self.at += 1
      if depth <= 0, self.byte(self.at - 1) == UInt8(ascii: ">") { return }
    }
    throw self.failure("XML: this declaration has no end", at: start, fix: "close it with `>`")
  }

  private mutating func skip(past mark: StaticString, of what: String) throws(Diagnostic) {
    let start = self.at
    while !self.isAtEnd {
      if self.has(mark, at: self.at) {
        self.at += mark.utf8CodeUnitCount
        return
      }
      self.at += 1
    }
    throw self.failure("XML: this \(what) has no end", at: start, fix: "close it with `\(mark)`")
  }

  private func noEnd(of open: [Range<Int>], _ start: Int) -> Diagnostic {
    guard let last = open.last else { return self.failure("XML: this body has no element", at: start) }
    let name = self.string(last)
    return self.failure("XML: <\(name)> is not closed", at: last.lowerBound - 1, fix: "close it with `</\(name)>`")
  }
}

extension TemplateBuilder {
  fileprivate consuming func finished(at end: Int, in reader: NotationReader) -> Template {
    self.finish(at: end, in: reader)
  }
}
