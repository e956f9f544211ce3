import MockrecCore
import MockrecEngine
import MockrecStore

/// A cassette's folder as a recorder's storage.
struct FolderStorage: CassetteStorage {
  let folder: CassetteFolder

  func write(_ name: String, _ bytes: [UInt8]) throws -> Bool {
    try self.folder.write(name, bytes) != .unchanged
  }

  func read(_ name: String) throws -> [UInt8] { try self.folder.read(name) }

  func remove(_ name: String) throws { try self.folder.remove(name) }

  func keep(body: [UInt8], extension: String) throws -> String {
    let spool = try self.folder.spool(fileExtension: `extension`)
    try spool.append(body)
    return try spool.finish().name
  }

  func spool(
    _ kind: BodyKind, redactor: Redactor, limit: Int?, extension: String
  ) throws -> any BodySpooling {
    let redacting: StreamingRedactor? = kind == .opaque || !redactor.isOn ? nil : redactor.streaming(kind)
    return FolderSpool(try self.folder.spool(fileExtension: `extension`, limit: limit ?? .max, redactor: redacting))
  }

  func appendOrder(_ names: [String]) throws { try self.folder.appendToOrder(names) }

  func appendTimings(_ timings: [(name: String, time: Duration)]) throws {
    try self.folder.appendTimings(timings)
  }

  func tidy(_ names: [String]) throws {
    // Entries that a run recorded in another order, as parallel clients do, keep the order that they had.
    try self.folder.replaceOrder(Array(self.folder.ordered(FileNames(names))))
    try self.folder.removeUnusedBodies()
  }

  func name(verb: String, target: String, key: [UInt8], occurrence: Int) -> String {
    CassetteName(verb: verb, target: target, key: key, occurrence: occurrence).fileName
  }

  func occurrence(in name: String) -> Int? { CassetteName(parsing: name)?.occurrence }
}

/// A body file that is being written.
private final class FolderSpool: BodySpooling {
  private let spool: BodySpool

  init(_ spool: BodySpool) { self.spool = spool }

  func write(_ bytes: UnsafeRawBufferPointer) throws { try self.spool.append(bytes) }

  func finish() throws -> (name: String, length: Int) {
    let done = try self.spool.finish()
    return (done.name, done.length)
  }

  func abandon() { self.spool.abandon() }
}
