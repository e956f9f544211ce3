/// Reads conversation files: Hurl's grammar, and the same shape for other wires.
package enum NotationParser {
  /// The version of the notation that is read and written.
  package static let version = 1

  /// Reads a whole file, or says what is wrong at which place.
  ///
  /// - Throws: A diagnostic with file, line, column and, where there is one, the nearest valid word and the fix.
  /// - Complexity: One pass, O(`source.bytes.count`); texts are copied out of whole slices.
  ///
  /// Source: Hurl's grammar, https://hurl.dev/docs/grammar.html.
  package static func parse(_ source: SourceText, dialect: Dialect = .http) throws(Diagnostic) -> ConversationFile {
    guard source.bytes.count <= dialect.limits.fileBytes else {
      throw Diagnostic(
        "\(source.name) has \(source.bytes.count) bytes; a conversation file may have \(dialect.limits.fileBytes)",
        fix: "keep large bodies in files of their own: `file,NAME;`")
    }
    return try source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      var reader = NotationReader(bytes: bytes, source: source, dialect: dialect)
      try reader.checkText()
      return try reader.file()
    }
  }

  /// Reads a text that is the body of a reply as a whole, with its placeholders and tags: nothing in it is escaped.
  ///
  /// - Throws: As `parse`.
  package static func reply(_ source: SourceText) throws(Diagnostic) -> Template {
    try source.bytes.withUnsafeBufferPointer { (bytes) throws(Diagnostic) in
      var reader = NotationReader(bytes: bytes, source: source, dialect: .http)
      reader.isReply = true
      try reader.checkText()
      return try reader.text(.whole)
    }
  }
}
