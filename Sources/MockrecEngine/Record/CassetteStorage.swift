import MockrecCore

/// Where a recorder keeps its entries. Called on the recorder's own queue only.
package protocol CassetteStorage: Sendable {
  /// Makes a file hold these bytes, whole or not at all.
  /// - Returns: Whether it changed: a file that holds them already is left alone.
  @discardableResult
  func write(_ name: String, _ bytes: [UInt8]) throws -> Bool
  func read(_ name: String) throws -> [UInt8]
  func remove(_ name: String) throws
  /// Keeps a body in a file named by its content, and returns that name relative to the cassette.
  func keep(body: [UInt8], extension: String) throws -> String
  /// A file that takes a body as it streams; what it holds of secrets is replaced on the way.
  func spool(_ kind: BodyKind, redactor: Redactor, limit: Int?, extension: String) throws -> any BodySpooling
  /// Notes new entries behind those already in order.
  func appendOrder(_ names: [String]) throws
  /// Notes how long the service took until it began its reply, beside what is noted of other entries.
  func appendTimings(_ timings: [(name: String, time: Duration)]) throws
  /// Makes these entries the whole order, and drops body files that no entry names.
  func tidy(_ names: [String]) throws
  /// The name of the entry for a request, from its wire's words and its key.
  func name(verb: String, target: String, key: [UInt8], occurrence: Int) -> String
  /// The occurrence that an entry's name tells, 1 without one; nil for a file that a person named.
  func occurrence(in name: String) -> Int?
}

/// A body on its way into a file.
package protocol BodySpooling: AnyObject {
  func write(_ bytes: UnsafeRawBufferPointer) throws
  /// Puts the file into its place: its name relative to the cassette, and its length in bytes.
  func finish() throws -> (name: String, length: Int)
  func abandon()
}
