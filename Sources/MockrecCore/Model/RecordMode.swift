/// What recording does with a cassette that is there already.
public enum RecordMode: String, Sendable, Hashable, CaseIterable {
  /// Adds what the cassette lacks, and leaves all else as it is.
  case append
  /// The cassette becomes what this run records.
  case overwrite
  /// Records only where the cassette is empty.
  case once
  /// Records nothing.
  case never
}
