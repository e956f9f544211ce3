import MockrecCore

/// The `real:` of a service, which may take parts of it from the environment: `https://${HOST:-users.example.com}/v1`.
///
/// A variable that is not set is only an error for who asks the real service: replay works without it.
public struct RealAddress: Sendable {
  private let outcome: Result<RealURL, Diagnostic>

  /// The address, or what is wrong with it.
  public func url() throws(Diagnostic) -> RealURL { try self.outcome.get() }

  public init(_ url: RealURL) { self.outcome = .success(url) }

  /// - Throws: What is wrong whatever the environment holds: the template itself, and a URL without variables.
  init(
    written text: String, schemes: [String], environment: [String: String], place: (_ scalars: Int) -> Diagnostic.Place
  ) throws(Diagnostic) {
    let template = try EnvironmentTemplate(text, place: place)
    self.outcome = Result { () throws(Diagnostic) in
      let value = try template.filled(from: environment, place: place)
      do throws(RealURL.Problem) {
        return try RealURL(parsing: value, schemes: schemes)
      } catch {
        let source = template.variables.isEmpty ? "" : " (with \(template.variables.joined(separator: ", ")) filled in)"
        throw Diagnostic(error.message + source, at: place(0), fix: error.fix)
      }
    }
    if template.variables.isEmpty { _ = try self.outcome.get() }
  }
}

/// A text with `${NAME}` and `${NAME:-default}` in it.
struct EnvironmentTemplate: Sendable {
  private enum Piece: Sendable {
    case text(String)
    /// `offset` counts Unicode scalars from the text's start.
    case variable(name: String, fallback: String?, offset: Int)
  }

  private var pieces: [Piece] = []

  init(_ text: String, place: (_ scalars: Int) -> Diagnostic.Place) throws(Diagnostic) {
    var rest = text[...]
    while let opening = rest.firstRange(of: "${") {
      if opening.lowerBound > rest.startIndex { self.pieces.append(.text(String(rest[..<opening.lowerBound]))) }
      let offset = text.unicodeScalars.distance(from: text.startIndex, to: opening.lowerBound)
      guard let end = rest[opening.upperBound...].firstIndex(of: "}") else {
        throw Diagnostic("`${` is not closed", at: place(offset), fix: "write ${NAME} or ${NAME:-default}")
      }
      let inside = rest[opening.upperBound..<end]
      let separator = inside.firstRange(of: ":-")
      let name = String(inside[..<(separator?.lowerBound ?? inside.endIndex)])
      guard isEnvironmentName(name) else {
        throw Diagnostic(
          "`\(name)` is no name of an environment variable", at: place(offset),
          fix: "write ${NAME} or ${NAME:-default}, the name of letters, digits and _")
      }
      self.pieces.append(
        .variable(name: name, fallback: separator.map { String(inside[$0.upperBound...]) }, offset: offset))
      rest = rest[end...].dropFirst()
    }
    if !rest.isEmpty { self.pieces.append(.text(String(rest))) }
  }

  var variables: [String] {
    self.pieces.compactMap { if case .variable(let name, _, _) = $0 { name } else { nil } }
  }

  /// An empty variable counts as one that is not set, as with `:-` in a shell.
  func filled(
    from environment: [String: String], place: (_ scalars: Int) -> Diagnostic.Place
  ) throws(Diagnostic) -> String {
    var text = ""
    for piece in self.pieces {
      switch piece {
      case .text(let part): text += part
      case .variable(let name, let fallback, let offset):
        if let value = environment[name], !value.isEmpty {
          text += value
        } else if let fallback {
          text += fallback
        } else {
          throw Diagnostic(
            "the environment variable \(name) is not set", at: place(offset),
            fix: "export \(name)=…, or give it a default: ${\(name):-…}")
        }
      }
    }
    return text
  }
}

/// Letters, digits and `_`, not beginning with a digit: what every shell takes.
///
/// Source: POSIX.1-2024, Base Definitions, 8.1 and 3.216.
func isEnvironmentName(_ name: String) -> Bool {
  guard let first = name.utf8.first, !(0x30...0x39).contains(first), name.utf8.count <= 256 else { return false }
  return name.utf8.allSatisfy { byte in
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"): true
    default: false
    }
  }
}
