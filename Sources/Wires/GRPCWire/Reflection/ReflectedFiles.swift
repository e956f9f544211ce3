import MockrecCore

/// The files that a service sent, each once.
struct ReflectedFiles: Sendable {
  private(set) var schema = ProtobufSchema()
  /// In the order that they came in: what is declared twice counts as it came first.
  private var accepted: [[UInt8]] = []
  /// Most servers send a file again with whatever imports it.
  private var known: Set<[UInt8]> = []
  private var bytes = 0
  /// Whether a file was left out because of the limits.
  private(set) var areFull = false

  var count: Int { self.accepted.count }

  /// Adds the files of one answer: all of them, or, where one cannot be read or differs from the one of its name, none.
  ///
  /// - Complexity: O(the bytes of the answer), however many files there are already.
  mutating func add(_ files: [[UInt8]], limits: SchemaInquiry.Limits) throws(ProtobufError) {
    let new = files.filter { !self.known.contains($0) }
    let bytes = self.bytes + new.reduce(0) { $0 + $1.count }
    guard self.count + new.count <= limits.files, bytes <= limits.bytes else {
      self.areFull = true
      return
    }
    var tried = ProtobufSchema()
    for file in new { try tried.add(file: file) }
    // Whatever throws does so here, before anything is added.
    for file in tried.files.values where self.schema.files[file.name] != nil { try self.schema.add(file: file.bytes) }
    for file in new where self.known.insert(file).inserted {
      try self.schema.add(file: file)
      self.accepted.append(file)
    }
    self.bytes = bytes
  }
}
