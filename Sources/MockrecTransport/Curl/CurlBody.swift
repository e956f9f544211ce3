#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The bytes of a request's body, given out piece by piece, and again from any place when libcurl has to send anew.
final class CurlBody {
  private enum Source {
    case bytes([UInt8])
    case file(descriptor: Int32, path: String)
  }

  private let source: Source
  let count: Int
  private var offset = 0

  init(_ body: CurlRequest.Body) throws(CurlFailure) {
    switch body {
    case .bytes(let bytes):
      source = .bytes(bytes)
      count = bytes.count
    case .file(let path):
      let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      guard descriptor >= 0 else {
        throw CurlFailure(.badRequest, "cannot read the body file \(path): \(String(cString: strerror(errno)))")
      }
      var status = stat()
      guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw CurlFailure(.badRequest, "the body file \(path) is not a regular file")
      }
      source = .file(descriptor: descriptor, path: path)
      count = Int(status.st_size)
    }
  }

  deinit {
    if case .file(let descriptor, _) = source {
      close(descriptor)
    }
  }

  /// Copies the next bytes into `room`; 0 is the end.
  func read(into room: UnsafeMutableRawBufferPointer) throws(CurlFailure) -> Int {
    let wanted = min(room.count, count - offset)
    guard wanted > 0 else { return 0 }
    switch source {
    case .bytes(let bytes):
      UnsafeMutableRawBufferPointer(rebasing: room[..<wanted]).copyBytes(from: bytes[offset..<offset + wanted])
      offset += wanted
      return wanted
    case .file(let descriptor, let path):
      let got = pread(descriptor, room.baseAddress, wanted, off_t(offset))
      // The length is promised to the peer already.
      guard got > 0 else {
        throw CurlFailure(.badRequest, "the body file \(path) ends at byte \(offset) of \(count)")
      }
      offset += got
      return got
    }
  }

  func seek(to offset: Int) -> Bool {
    guard (0...count).contains(offset) else { return false }
    self.offset = offset
    return true
  }
}
