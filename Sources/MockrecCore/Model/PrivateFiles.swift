/// Files that are for their owner's eyes only.
package struct PrivateFiles: Sendable {
  package typealias Keep =
    @Sendable (_ name: String, _ make: () -> [UInt8]) throws(Diagnostic) -> [UInt8]

  /// What is kept between runs under a name, made where there is nothing yet; nil where nothing is kept.
  package let keep: Keep?
  /// A file of the user's, by the path that the user wrote.
  package let read: @Sendable (_ path: String) throws(Diagnostic) -> [UInt8]

  package init(keep: Keep?, read: @escaping @Sendable (_ path: String) throws(Diagnostic) -> [UInt8]) {
    self.keep = keep
    self.read = read
  }

  /// Keeps nothing and reads nothing.
  package static let none = PrivateFiles(keep: nil) { path throws(Diagnostic) in
    throw Diagnostic("\(path) cannot be read here")
  }
}
