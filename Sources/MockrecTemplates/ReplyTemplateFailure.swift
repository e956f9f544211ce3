import MockrecCore

/// A template that cannot be rendered for a request: no reply can be made, and why.
package struct ReplyTemplateFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong, with the placeholder: `{{jsonpath "$.id"}} finds nothing`. It quotes nothing of the request.
  package var reason: String
  /// Where the placeholder stands in the mock.
  package var place: Diagnostic.Place

  package var description: String {
    "\(self.place.file):\(self.place.position.line):\(self.place.position.column): \(self.reason)"
  }
}
