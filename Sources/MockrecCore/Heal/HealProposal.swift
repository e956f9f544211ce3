/// What would make a recorded entry agree with the real service again, or why nothing can.
///
/// It holds only what a cassette may hold: it is made of a redacted answer.
package struct HealProposal: Sendable {
  /// A body file that the edited entry names.
  package struct BodyFile: Sendable, Hashable {
    /// Relative to the cassette's folder.
    package var name: String
    package var bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
      self.name = name
      self.bytes = bytes
    }
  }

  package enum Outcome: Sendable {
    case edit(TextEdit, bodies: [BodyFile])
    /// Why it cannot be healed.
    case refused(String)
  }

  package var service: String?
  package var place: Diagnostic.Place
  /// The text of the entry's file when it was asked.
  package var source: SourceText
  package var outcome: Outcome

  package init(service: String?, place: Diagnostic.Place, source: SourceText, outcome: Outcome) {
    self.service = service
    self.place = place
    self.source = source
    self.outcome = outcome
  }
}
