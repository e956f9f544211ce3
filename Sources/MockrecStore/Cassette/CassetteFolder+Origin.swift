extension CassetteFolder {
  static let originName = "origin"
  private static let maximumOriginLength = 4096

  /// Notes whose answers these are, where nothing else says so: the address of a service without credentials.
  package func setOrigin(_ origin: String) throws {
    guard try self.origin() != origin else { return }
    try self.write(Self.originName, Array("\(origin)\n".utf8))
  }

  /// Whose answers these are; nil where that is not noted.
  package func origin() throws -> String? {
    guard let contents = try self.folder.contents(Self.originName, limit: Self.maximumOriginLength) else { return nil }
    let line = contents.prefix { $0 != 0x0A }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}
