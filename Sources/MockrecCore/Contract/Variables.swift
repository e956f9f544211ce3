/// The variables of one side of one contract: what its captures took, and the services' addresses.
package typealias Variables = [String: JSON]

extension JSON {
  /// As a placeholder shows it: a string without quotes, everything else as JSON.
  package var variableText: String { self.string ?? self.description }
}

extension Template {
  /// The names between the braces, in order.
  package var placeholders: [String] {
    self.pieces.compactMap { if case .placeholder(let name, _) = $0 { name } else { nil } }
  }

  /// The text with every placeholder replaced by its variable.
  ///
  /// - Throws: for a placeholder that names no variable.
  package func rendered(_ variables: Variables, in source: SourceText) throws(Diagnostic) -> String {
    try self.joined { name, _ throws(Diagnostic) in try self.value(of: name, variables, source).variableText }
  }

  /// The same, where variables are text already.
  package func rendered(_ variables: [String: String], in source: SourceText) throws(Diagnostic) -> String {
    try self.joined { name, _ throws(Diagnostic) in
      guard let value = variables[name] else { throw self.undefined(name, variables.keys.sorted(), source) }
      return value
    }
  }

  /// The text of a JSON body: a placeholder between quotes is escaped as JSON strings are.
  package func renderedJSON(_ variables: Variables, in source: SourceText) throws(Diagnostic) -> String {
    try self.joined { name, isQuoted throws(Diagnostic) in
      let text = try self.value(of: name, variables, source).variableText
      return isQuoted ? String(JSONString.quote(text).dropFirst().dropLast()) : text
    }
  }

  /// The value of the only placeholder in it.
  func variable(_ variables: Variables, in source: SourceText) throws(Diagnostic) -> JSON {
    guard self.pieces.count == 1, case .placeholder(let name, _) = self.pieces[0] else {
      return .string(try self.rendered(variables, in: source))
    }
    return try self.value(of: name, variables, source)
  }

  /// - Parameter replace: Is given a placeholder's name and whether an odd number of quotes stands before it.
  private func joined(
    _ replace: (String, _ isQuoted: Bool) throws(Diagnostic) -> String
  ) throws(Diagnostic) -> String {
    if let literal = self.literal { return literal }
    var text = ""
    var isQuoted = false
    for piece in self.pieces {
      switch piece {
      case .text(let part, _):
        text += part
        var isEscaped = false
        for byte in part.utf8 {
          if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
          isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
      case .placeholder(let name, _): text += try replace(name, isQuoted)
      }
    }
    return text
  }

  private func value(of name: String, _ variables: Variables, _ source: SourceText) throws(Diagnostic) -> JSON {
    guard let value = variables[name] else { throw self.undefined(name, variables.keys.sorted(), source) }
    return value
  }

  func undefined(_ name: String, _ known: [String], _ source: SourceText) -> Diagnostic {
    let place = Diagnostic.Place(source, at: self.offset)
    if Self.functions.contains(name) {
      return Diagnostic(
        "{{\(name)}} is a function, and functions are not evaluated yet", at: place,
        fix: "write a value in its place")
    }
    return Diagnostic(
      "{{\(name)}} is neither a service nor a variable", at: place,
      nearest: nearestWord(to: name, among: known).map { "{{\($0)}}" },
      fix: "name a service of mockrec.yaml, or take the value in [Captures] of an earlier entry")
  }

  private static let functions: Set<String> = ["newUuid", "newDate"]
}
