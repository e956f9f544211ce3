/// Gathers the responses' heads from the header lines that libcurl gives out one by one, trailers included.
///
/// libcurl has checked the framing; what is left is to tell the lines apart.
struct CurlHeads {
  private(set) var responses: [CurlReply.Response] = []
  private(set) var trailers: [(name: String, value: String)] = []
  /// The line taken last was a status line.
  private(set) var beganResponse = false

  private var current: CurlReply.Response?
  private var bytes = 0
  /// Nothing that looks like a head has come.
  var isEmpty: Bool { bytes == 0 }

  /// All heads of a transfer together.
  private static let maximumBytes = 1 << 20

  typealias Problem = (kind: CurlFailure.Kind, text: String)

  /// Takes one line, with its line end.
  mutating func take(_ line: UnsafeRawBufferPointer) -> Problem? {
    bytes += line.count
    beganResponse = false
    guard bytes <= Self.maximumBytes else {
      return (.tooLarge, "the headers are larger than the limit of \(Self.maximumBytes) bytes")
    }
    let text = Self.trimmed(line[...], leading: false)
    if text.starts(with: "HTTP/".utf8) {
      return begin(text)
    }
    if text.isEmpty {
      return end()
    }
    return field(text)
  }

  private mutating func begin(_ line: Slice<UnsafeRawBufferPointer>) -> Problem? {
    // RFC 9112, section 4: version, status and an optional reason, which may hold spaces.
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count > 1, let status = Int(Self.string(parts[1])) else {
      return (.malformedReply, "a status line without a status")
    }
    current = CurlReply.Response(
      httpVersion: Self.string(parts[0]), status: status, reason: parts.count > 2 ? Self.string(parts[2]) : "")
    trailers = []
    beganResponse = true
    return nil
  }

  private mutating func end() -> Problem? {
    // Interim responses announce the real one and are not it; 101 is.
    if let current, current.status >= 200 || current.status == 101 {
      responses.append(current)
    }
    current = nil
    return nil
  }

  private mutating func field(_ line: Slice<UnsafeRawBufferPointer>) -> Problem? {
    if line.first == UInt8(ascii: " ") || line.first == UInt8(ascii: "\t") {
      // A folded value, RFC 9112, section 5.2.
      extendLast(with: " " + Self.string(Self.trimmed(line, leading: true)))
      return nil
    }
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
      return (.malformedReply, "a header line without a colon")
    }
    let name = Self.string(line[..<colon])
    let value = Self.string(Self.trimmed(line[(colon + 1)...], leading: true))
    // After the blank line that ends a head, only trailers are left.
    if current != nil {
      current?.headers.append((name, value))
    } else {
      trailers.append((name, value))
    }
    return nil
  }

  private mutating func extendLast(with text: String) {
    if let last = current?.headers.indices.last {
      current?.headers[last].value += text
    } else if current == nil, let last = trailers.indices.last {
      trailers[last].value += text
    }
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>, leading: Bool) -> Slice<UnsafeRawBufferPointer> {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
    var bytes = leading ? bytes.drop(while: isSpace) : bytes
    while let last = bytes.last, isSpace(last) {
      bytes.removeLast()
    }
    return bytes
  }

  private static func string(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
    String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }
}
