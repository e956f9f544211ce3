import Crypto

extension CassetteFolder {
  /// The SHA-256 of what the fake answers from: the exchanges' files and the body files.
  ///
  /// It is the digest of a text of a line a file, `<SHA-256 of its bytes>  <its name>`, sorted by the names' bytes, as
  /// `sha256sum` writes it. `order` is left out: it says in which order requests are sent again and changes no answer, and
  /// it is merged by union; so are `origin` and what begins with a dot, and `verified.json`, which holds the digest.
  ///
  /// - Returns: 64 hexadecimal digits.
  /// - Complexity: Reads every file once, on `threads` threads.
  package func digest(threads: Int = 1) throws -> String {
    var lines = try self.mapFiles(threads: threads) { name, bytes in
      (name: name, line: "\(Self.hex(SHA256.hash(data: bytes)))  \(name)\n")
    }
    let path = self.folder.path(of: Self.bodiesName)
    if Disk.isFolder(path) {
      for name in try OpenFolder(path).names() where !name.hasPrefix(".") {
        let file = "\(Self.bodiesName)/\(name)"
        var hash = SHA256()
        try self.open(bodyFile: file).read(in: 256 << 10) { hash.update(bufferPointer: $0) }
        lines.append((file, "\(Self.hex(hash.finalize()))  \(file)\n"))
      }
    }
    lines.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var hash = SHA256()
    for line in lines { hash.update(data: Array(line.line.utf8)) }
    return Self.hex(hash.finalize())
  }

  /// A file of mockrec's own beside the exchanges, or nil where there is none.
  package func ownFile(_ name: String) throws -> [UInt8]? { try self.folder.contents(name, limit: 1 << 20) }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
