import MockrecCore

/// Hides secrets on a value's way into a report.
package struct ReportRedaction: Sendable {
  /// Is given the service of which the value speaks, nil for none in particular, where it stood (`header Authorization`,
  /// `$.user.password`, `request`), and the value as shown; returns what may be shown.
  package typealias Hide = @Sendable (_ service: String?, _ path: String, _ value: String) -> String

  private let hide: Hide
  private let secrets: [String]
  private var service: String?

  /// - Parameters:
  ///   - secrets: Texts that are replaced wherever they stand: captured values that contracts mark `redact`.
  package init(secrets: Set<String> = [], hide: @escaping Hide) {
    self.hide = hide
    // Longer ones first, so that a secret that holds another is gone before its part is.
    self.secrets = secrets.filter { !$0.isEmpty }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
  }

  /// The same by the rules of this service.
  func of(_ service: String?) -> ReportRedaction {
    var copy = self
    copy.service = service
    return copy
  }

  func callAsFunction(_ path: String, _ value: String) -> String {
    self.withoutSecrets(self.hide(self.service, path, value))
  }

  /// A text that no rule speaks of: a path, a place of noise.
  func withoutSecrets(_ text: String) -> String {
    var text = text
    for secret in self.secrets where text.contains(secret) {
      text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "***")
    }
    return text
  }

  /// Hides in a report what a recorder hides in a cassette.
  package static func standard(_ redactor: Redactor) -> @Sendable (_ path: String, _ value: String) -> String {
    { path, value in
      guard redactor.isOn else { return value }
      let value = redactor.patterned(value)
      if path.hasPrefix("header ") { return redactor.field(name: String(path.dropFirst(7)), value: value) }
      if path == "request" || path == "real" { return redactor.query(value) }
      let text = String(decoding: redactor.body(Array(value.utf8), as: .text), as: UTF8.self)
      // The value of a member is secret by the member's name, which stands in the path alone.
      let names = (try? JSONPath(path))?.location?.steps.compactMap {
        if case .name(let name) = $0 { name } else { nil }
      }
      guard path.hasPrefix("$"), let name = names?.last else { return text }
      let member = JSON.object(JSONObject([JSONObject.Member(key: name, value: .string(text))]))
      let hidden = try? JSON.parse(redactor.json(member.bytes()))
      return hidden?[name]?.string ?? text
    }
  }
}
