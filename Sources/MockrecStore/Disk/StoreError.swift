/// Why something on disk could not be read or written: what was tried, where, and what the system says.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What a caller may want to tell apart.
  package enum Reason: Sendable, Hashable {
    /// No space, or no more of it for this user.
    case full
    case readOnly
    case denied
    case missing
    /// The file is not what it should be: no database, a later version, not a plain file.
    case unusable
    case tooLarge
    /// A name that leads outside the folder.
    case outside
    case other
  }

  package var reason: Reason
  /// What could not be done, as in "cannot write".
  package var action: String
  package var path: String
  /// What the system says, or the rule that stands against it.
  package var detail: String

  package init(_ reason: Reason, _ action: String, _ path: String, _ detail: String) {
    self.reason = reason
    self.action = action
    self.path = path
    self.detail = detail
  }

  package var description: String { "\(self.action) \(self.path): \(self.detail)" }
}
