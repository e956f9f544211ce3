import Foundation
import MockrecCore
import MockrecIdentity
import MockrecTransport

extension SigningKeys {
  /// Those of a run, the same for all its services: kept in its state or, where it has none, made from its seed.
  convenience init(_ options: RunOptions) throws(Diagnostic) {
    try self.init(seed: options.seed, files: .live(stateDirectory: options.stateDirectory, beside: nil))
  }
}

extension PrivateFiles {
  /// Longer files hold no key.
  private static let longest = 64 << 10

  /// Keeps what models need again in `keys` of a run's state, readable by its owner alone.
  ///
  /// - Parameters:
  ///   - stateDirectory: `.mockrec`; nil for a run that keeps nothing.
  ///   - file: The mockrec.yaml that paths of the user's are relative to; nil for the working directory.
  static func live(stateDirectory: String?, beside file: String?) -> PrivateFiles {
    var keep: Keep?
    if let stateDirectory {
      keep = { name, make throws(Diagnostic) in try self.kept(name, in: "\(stateDirectory)/keys", make) }
    }
    return PrivateFiles(
      keep: keep,
      read: { path throws(Diagnostic) in
        let folder = file.map { ($0 as NSString).deletingLastPathComponent } ?? ""
        let whole = path.hasPrefix("/") || folder.isEmpty ? path : joinPath(folder, path)
        do throws(Diagnostic) {
          return try self.bytes(whole)
        } catch {
          throw Diagnostic(
            "\(whole) cannot be read: \(error.message)", fix: "write the path of a file that this user may read")
        }
      })
  }

  private static func kept(_ name: String, in directory: String, _ make: () -> [UInt8]) throws(Diagnostic) -> [UInt8] {
    let path = "\(directory)/\(name)"
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      // Of two runs that begin together, one makes it and the other reads it.
      let lock = try FileLock("\(directory)/lock")
      defer { lock.release() }
      if FileManager.default.fileExists(atPath: path) {
        try PrivateFile.checkPrivacy(of: path)
        return try self.bytes(path)
      }
      let bytes = make()
      // Nobody is to commit a key by accident.
      try PrivateFile.write(Array("*\n".utf8), to: "\(directory)/.gitignore", mode: 0o644)
      try PrivateFile.write(bytes, to: path, mode: 0o600)
      return bytes
    } catch {
      throw Diagnostic(
        "the key \(path) cannot be used: \((error as? Diagnostic)?.message ?? error.localizedDescription)",
        fix: "have the folder writable and the file its owner's alone, or remove the file: the next run makes another")
    }
  }

  private static func bytes(_ path: String) throws(Diagnostic) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path) else { throw Diagnostic(String(cString: strerror(errno))) }
    let bytes: [UInt8]
    do {
      bytes = Array(try file.read(upToCount: self.longest + 1) ?? Data())
    } catch {
      throw Diagnostic("it is no plain file")
    }
    guard bytes.count <= self.longest else { throw Diagnostic("it is longer than \(self.longest) bytes") }
    return bytes
  }
}
