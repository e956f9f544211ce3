import MockrecCore

extension Mockrec {
  /// What became of two versions of a cassette entry or contract.
  public struct Merge: Sendable {
    /// The merged file; between conflict markers, what contradicts.
    public var text: String
    /// Where the sides contradict each other; empty where they do not.
    public var contradictions: [String]
  }

  /// Merges two versions of a cassette entry or contract by meaning.
  ///
  /// - Parameter base: What both were made of; empty where both added the file.
  public static func merge(base: SourceText, ours: SourceText, theirs: SourceText) -> Merge {
    let merge = ConversationMerge(base: base, ours: ours, theirs: theirs, dialect: Wires.dialect)
    return Merge(text: merge.text, contradictions: merge.contradictions)
  }
}
