import MockrecCore

extension Mockrec {
  /// A cassette entry or contract as `mockrec fmt` writes it.
  ///
  /// - Throws: A `Diagnostic` for a text that does not parse.
  public static func format(_ source: SourceText) throws -> String {
    try NotationPrinter.format(source, dialect: Wires.dialect)
  }
}
