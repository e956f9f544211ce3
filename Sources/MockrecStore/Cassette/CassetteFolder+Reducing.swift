import Dispatch
import Synchronization

extension CassetteFolder {
  /// Reads every exchange's file into one of a few results, each built by one thread.
  ///
  /// - Parameters:
  ///   - names: These files alone, in this order.
  ///   - make: Makes an empty result for so many files.
  ///   - add: Is given each file's position among the names.
  ///   - finish: Is called on each result when its last file was added, on the thread that built it.
  /// - Returns: The results: the first of the first names, in their order, and so on. Without `names`, in no particular order.
  package func reduceFiles<Result: Sendable>(
    _ names: FileNames? = nil, threads: Int, into make: @Sendable (_ files: Int) -> Result,
    _ add: @Sendable (_ result: inout Result, _ file: Int, _ name: String, _ bytes: UnsafeRawBufferPointer) -> Void,
    finish: @Sendable (_ result: inout Result) -> Void
  ) throws -> [Result] {
    let names = try names ?? self.unsortedNames()
    let workers = max(1, min(threads, names.count / 64))
    let done = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      var buffer = ReadBuffer()
      let files = (names.count * worker / workers)..<(names.count * (worker + 1) / workers)
      var result = make(files.count)
      do {
        for file in files {
          let name = names[file]
          let count = try self.folder.read(name, into: &buffer, limit: Self.maximumEntryLength)
          add(&result, file, name, UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count]))
        }
        finish(&result)
        done.withLock { [result] in $0[worker] = .success(result) }
      } catch {
        done.withLock { $0[worker] = .failure(error) }
      }
    }
    let parts = done.withLock { $0 }
    return try (0..<workers).compactMap { try parts[$0]?.get() }
  }

  /// The bytes of one exchange's file.
  package func read(_ name: String) throws -> [UInt8] {
    guard let bytes = try self.folder.contents(name, limit: Self.maximumEntryLength) else {
      throw StoreError(.missing, "cannot read", self.folder.path(of: name), "there is no such file")
    }
    return bytes
  }
}

extension BodyFile {
  /// Reads the whole file in pieces of at most this many bytes.
  package func read(in size: Int, _ piece: (UnsafeRawBufferPointer) -> Void) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, min(size, self.length)), alignment: 16)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < self.length {
      let count = try self.read(at: offset, into: buffer)
      guard count > 0 else { return }
      piece(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += count
    }
  }
}
