import MockrecCore

/// File descriptors as small as they can be.
enum Descriptor {
  /// A file with imports, and a service of that full name without methods.
  static func file(_ name: String, imports: [String] = [], service: String? = nil) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.delimited(1, name.utf8)
    let parts = service?.split(separator: ".") ?? []
    if parts.count > 1 { writer.delimited(2, parts.dropLast().joined(separator: ".").utf8) }
    for file in imports { writer.delimited(3, file.utf8) }
    if let own = parts.last {
      var content = ProtobufWriter()
      content.delimited(1, own.utf8)
      writer.delimited(6, content.bytes)
    }
    return writer.bytes
  }
}
