extension String {
  /// Whether both texts are the same Unicode scalars.
  ///
  /// Swift's own `==` takes canonically equivalent texts for equal (`é` as one scalar or as two); JSON does not
  /// (RFC 8259 section 8.3, RFC 9535 section 2.3.1).
  func hasSameScalars(as other: String) -> Bool {
    // Texts that differ after normalisation differ before it too: this settles nearly every pair.
    self == other && utf8.elementsEqual(other.utf8)
  }
}

/// A string as the key of a dictionary, told apart by Unicode scalars.
struct ExactText: Hashable, Sendable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  static func == (left: ExactText, right: ExactText) -> Bool {
    left.text.hasSameScalars(as: right.text)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(text)
  }
}
