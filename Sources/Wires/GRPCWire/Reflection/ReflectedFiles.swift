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
  mutating func add(_ files: [[UInt8]], limits: SchemaInquiry.Limits) throws(ProtobufError) {
    var next = self
    for file in files where !next.known.contains(file) {
      guard next.count < limits.files, next.bytes + file.count <= limits.bytes else {
        self.areFull = true
        return
      }
      try next.schema.add(file: file)
      next.known.insert(file)
      next.accepted.append(file)
      next.bytes += file.count
    }
    self = next
  }

  /// The schema without the files of reflection, but where others import them.
  func withoutReflection() -> ProtobufSchema {
    let own = Set(ReflectionVersion.allCases.compactMap { self.schema.file(declaring: $0.service)?.name })
    let left = own.subtracting(self.schema.files.values.flatMap(\.dependencies))
    guard !left.isEmpty else { return self.schema }
    let names = Dictionary(self.schema.files.values.map { ($0.bytes, $0.name) }) { first, _ in first }
    var schema = ProtobufSchema()
    for file in self.accepted where !left.contains(names[file] ?? "") {
      try? schema.add(file: file)  // what was added once can be added again
    }
    return schema
  }
}
