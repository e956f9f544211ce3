extension CassetteFolder {
  private static let maximumSchemaLength = 64 << 20

  /// What describes the types of recorded messages, as the wire has it; nil where the cassette has none.
  ///
  /// - Parameter name: The wire's name for the file.
  package func schema(_ name: String) throws -> [UInt8]? {
    try self.folder.contents(name, limit: Self.maximumSchemaLength)
  }
}
