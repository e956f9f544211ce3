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
    let isBefore = { (a: String, b: String) in a.utf8.lexicographicallyPrecedes(b.utf8) }
    var bodies = try self.bodyDigests().sorted { isBefore($0.name, $1.name) }[...]
    let names = try self.unsortedNames().sortedByBytes()
    var hash = SHA256()
    let add = { (name: String, digest: SHA256.Digest) in
      hash.update(data: Array("\(Self.hex(digest))  \(name)\n".utf8))
    }
    // Not all digests at once: a cassette may have a hundred thousand.
    let size = 8_192
    for start in stride(from: 0, to: names.count, by: size) {
      let slice = names[start..<min(start + size, names.count)]
      for (name, digest) in zip(slice, try self.mapFiles(slice, threads: threads) { SHA256.hash(data: $1) }) {
        while let body = bodies.first, isBefore(body.name, name) {
          add(body.name, body.digest)
          bodies.removeFirst()
        }
        add(name, digest)
      }
    }
    for body in bodies { add(body.name, body.digest) }
    return Self.hex(hash.finalize())
  }

  private func bodyDigests() throws -> [(name: String, digest: SHA256.Digest)] {
    let path = self.folder.path(of: Self.bodiesName)
    guard Disk.isFolder(path) else { return [] }
    return try OpenFolder(path).names().filter { !$0.hasPrefix(".") }.map { name in
      let file = "\(Self.bodiesName)/\(name)"
      var hash = SHA256()
      try self.open(bodyFile: file).read(in: 256 << 10) { hash.update(bufferPointer: $0) }
      return (file, hash.finalize())
    }
  }

  /// A file of mockrec's own beside the exchanges, or nil where there is none.
  package func ownFile(_ name: String) throws -> [UInt8]? { try self.folder.contents(name, limit: 1 << 20) }

  private static func hex(_ digest: SHA256.Digest) -> String {
    digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
