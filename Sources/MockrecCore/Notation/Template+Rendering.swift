/// A placeholder that no text could be put for.
package struct RenderingError: Error, Sendable, Hashable {
  /// What stands between the braces.
  package var expression: String
  /// The nearest name that has a value.
  package var nearest: String?
  /// Where the placeholder begins in its file, in bytes.
  package var offset: Int
  package var message: String

  /// The error at its place in the file that the template was read from.
  package func diagnostic(in source: SourceText) -> Diagnostic {
    Diagnostic(self.message, at: Diagnostic.Place(source, at: self.offset), nearest: self.nearest)
  }
}

extension Template {
  /// The text with the variables' values for the placeholders, put in as they are.
  ///
  /// - Throws: Where a name has no value, and where a placeholder is more than a name.
  package func render(_ variables: [String: String]) throws(RenderingError) -> String {
    try self.render(names: variables.keys.sorted()) { variables[$0] }
  }

  /// The text with what `value` gives for each expression between braces; nil is an error that names the nearest of
  /// `names`.
  package func render(
    names: @autoclosure () -> [String], value: (String) -> String?
  ) throws(RenderingError) -> String {
    if let literal = self.literal { return literal }
    var text = ""
    var offset = self.offset
    for piece in self.pieces {
      switch piece {
      case .text(let part, let spelling):
        text += part
        offset += spelling.utf8.count
      case .placeholder(let expression, let spelling):
        guard let part = value(expression) else {
          let isName = !expression.utf8.contains(.space)
          throw RenderingError(
            expression: expression, nearest: isName ? nearestWord(to: expression, among: names()) : nil,
            offset: offset,
            message: isName
              ? "the variable `\(expression)` has no value" : "`{{\(expression)}}` cannot be worked out here")
        }
        text += part
        offset += spelling.utf8.count
      }
    }
    return text
  }
}
