import Crypto
import MockrecCore
import Synchronization

/// A body on its way into a file of the cassette: written as it comes, named by what it turned out to be.
///
/// Nothing of it stands under a name until `finish`. Safe to use from several threads, one call after the other.
package final class BodySpool: Sendable {
  private struct State: ~Copyable {
    var file: TemporaryFile
    var hash = SHA256()
    var redactor: StreamingRedactor?
    var length = 0
  }

  private let folder: OpenFolder
  private let fileExtension: String
  private let limit: Int
  private let state: Mutex<State?>

  fileprivate init(
    in folder: OpenFolder, fileExtension: String, limit: Int, redactor: consuming sending StreamingRedactor?
  ) throws {
    self.folder = folder
    self.fileExtension = fileExtension
    self.limit = limit
    let file = try TemporaryFile(in: folder)
    self.state = Mutex(State(file: file, redactor: redactor))
  }

  /// Writes the next bytes.
  ///
  /// - Throws: `StoreError` when the disk does not take them or the body exceeds the limit; the body is then
  ///   abandoned, and later calls throw as well.
  package func append(_ chunk: UnsafeRawBufferPointer) throws {
    try self.state.withLock { state in
      guard var open = state.take() else { throw self.ended }
      if open.redactor != nil {
        let bytes = open.redactor?.feed(chunk) ?? []
        try bytes.withUnsafeBytes { try self.write($0, to: &open) }
      } else {
        try self.write(chunk, to: &open)
      }
      state = consume open
    }
  }

  package func append(_ chunk: [UInt8]) throws { try chunk.withUnsafeBytes { try self.append($0) } }

  /// Ends the body and gives its file the name of its contents: `bodies/<SHA-256>.<extension>`.
  ///
  /// - Returns: The name, relative to the cassette's folder, the length that was written, and the number of secrets
  ///   that were replaced on the way.
  package func finish() throws -> (name: String, length: Int, replaced: Int) {
    try self.state.withLock { state in
      guard var open = state.take() else { throw self.ended }
      var replaced = 0
      if open.redactor != nil {
        let rest = open.redactor?.finish() ?? []
        replaced = open.redactor?.replaced ?? 0
        try rest.withUnsafeBytes { try self.write($0, to: &open) }
      }
      let digest = open.hash.finalize().map { byte in
        let digits = String(byte, radix: 16)
        return digits.utf8.count == 1 ? "0" + digits : digits
      }
      let name = "\(digest.joined()).\(self.fileExtension)"
      // The same name means the same bytes: the file that is there stays, with its date.
      if !Disk.exists(name, in: self.folder.descriptor) { try open.file.rename(to: name) }
      return ("\(CassetteFolder.bodiesName)/\(name)", open.length, replaced)
    }
  }

  /// Drops the body. Does nothing after `finish`.
  package func abandon() { self.state.withLock { $0 = nil } }

  private var ended: StoreError {
    StoreError(.other, "cannot write in", self.folder.path, "the body was finished or abandoned before")
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to open: inout State) throws {
    guard bytes.count <= self.limit - open.length else {
      throw StoreError(.tooLarge, "cannot write in", self.folder.path, "the body exceeds \(self.limit) bytes")
    }
    open.length += bytes.count
    open.hash.update(bufferPointer: bytes)
    try open.file.write(bytes)
  }
}

extension CassetteFolder {
  /// Begins a body file.
  ///
  /// - Parameters:
  ///   - fileExtension: Letters and digits, at most eight; anything else gives `bin`.
  ///   - limit: The most bytes that are written.
  ///   - redactor: What the bytes pass before they are hashed and written.
  package func spool(
    fileExtension: String, limit: Int = .max, redactor: consuming sending StreamingRedactor? = nil
  ) throws -> BodySpool {
    let path = self.folder.path(of: Self.bodiesName)
    try Disk.makeFolder(path)
    let plain = fileExtension.utf8.allSatisfy {
      (0x61...0x7A).contains($0.asciiLowercased) || (0x30...0x39).contains($0)
    }
    let isUsable = plain && (1...8).contains(fileExtension.utf8.count)
    return try BodySpool(
      in: OpenFolder(path), fileExtension: isUsable ? fileExtension.lowercased() : "bin", limit: limit,
      redactor: redactor)
  }
}
