import MockrecCoding
import MockrecCore

/// The structured comments that HTTP entries know.
struct HTTPMarks {
  /// How often in a row the service gave this answer.
  var times = 1
  /// Of a request body too long for memory: see `HTTPKeyBuilder`.
  var digest: UInt64?
  var layout: JSONLayout?
  var encoding: ContentCodingParameters?
  var isChunked = false
  /// The body's lines end in CR LF, not in LF as they are shown.
  var hasCRLF = false
  var trailers = Fields()
  /// The version that the service spoke, where that was not HTTP/1.1.
  var version: String?
  /// How the body came in pieces.
  var chunks: [Body.Chunk] = []
  /// The client went away before the body's end.
  var wasLeft = false
}

extension HTTPWire {
  /// Reads the marks among comments. Marks of other purposes are left to those who know them.
  static func marks(_ trivia: [Trivia], in source: SourceText, at offset: Int) throws(Diagnostic) -> HTTPMarks {
    var marks = HTTPMarks()
    for line in trivia {
      guard let mark = Mark(line) else { continue }
      switch mark.name {
      case "times":
        guard let times = Int(mark.value), times > 0 else { throw mark.misread("a number from 1", source, offset) }
        marks.times = times
      case "digest":
        guard let digest = UInt64(mark.value, radix: 16) else {
          throw mark.misread("sixteen hex digits at most", source, offset)
        }
        marks.digest = digest
      case "layout":
        guard let layout = JSONLayout(name: mark.value) else {
          throw mark.misread("a layout such as `compact`, `spaced` or `indent=2`", source, offset)
        }
        marks.layout = layout
      case "encoding":
        // A bare coding: another compressor made the bytes, ours makes others for the same body.
        let usual = ContentCoding(rawValue: mark.value).flatMap(ContentCodingParameters.init(usual:))
        guard let parameters = ContentCodingParameters(name: mark.value) ?? usual else {
          throw mark.misread("a coding such as `gzip` or `deflate level=6`", source, offset)
        }
        marks.encoding = parameters
      case "lines":
        guard mark.value == "crlf" else { throw mark.misread("`crlf`", source, offset) }
        marks.hasCRLF = true
      case "chunked": marks.isChunked = true
      case "version":
        guard mark.value == HTTPWire.newerVersion else {
          throw mark.misread("`\(HTTPWire.newerVersion)`", source, offset)
        }
        marks.version = mark.value
      case "chunks":
        guard let chunks = self.chunks(mark.value) else {
          throw mark.misread("sizes and milliseconds, such as `34@0 120@15`", source, offset)
        }
        marks.chunks = chunks
      case "ends":
        guard mark.value == "client" else { throw mark.misread("`client`", source, offset) }
        marks.wasLeft = true
      case "trailer":
        let pair = mark.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty else { throw mark.misread("`Name: value`", source, offset) }
        marks.trailers.append(String(pair[0]), String(pair[1].drop { $0 == " " }))
      default:
        continue
      }
    }
    return marks
  }

  /// `SIZE@MILLISECONDS` for each piece, the time counted from the reply's head.
  ///
  /// - Returns: nil for what is none, and for a time beyond 30 days: a thousandfold still fits a clock of nanoseconds.
  private static func chunks(_ text: String) -> [Body.Chunk]? {
    var chunks: [Body.Chunk] = []
    for word in text.split(separator: " ") {
      let parts = word.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, let size = Int(parts[0]), (0...(1 << 40)).contains(size), let time = Int(parts[1]),
        (0...2_592_000_000).contains(time)
      else { return nil }
      let end = (chunks.last?.end ?? 0) + size
      chunks.append(Body.Chunk(end: end, at: .milliseconds(time), order: chunks.count))
    }
    return chunks.isEmpty ? nil : chunks
  }

  static func mark(of chunks: [Body.Chunk]) -> Mark {
    var before = 0
    let words = chunks.map { chunk in
      defer { before = chunk.end }
      return "\(chunk.end - before)@\(Int((chunk.at.seconds * 1000).rounded()))"
    }
    return Mark("chunks", words.joined(separator: " "))
  }

  /// Fails where the pieces do not make up the body. Those of a body in a file, and of one that another compressor made, are
  /// not known here.
  static func checkPieces(
    _ marks: HTTPMarks, of body: Body, in source: SourceText, before offset: Int
  ) throws(Diagnostic) {
    guard let end = marks.chunks.last?.end, marks.encoding == nil, let count = body.bytes?.count, end != count else {
      return
    }
    throw Diagnostic(
      "the pieces of `@chunks` have \(end) bytes, and the body has \(count)",
      at: Mark("chunks").place(in: source, before: offset), fix: "correct the sizes, or remove the mark")
  }
}
