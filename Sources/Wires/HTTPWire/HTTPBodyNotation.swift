import MockrecCoding
import MockrecCore
import MockrecWire

/// How a recorded body is written into an entry, and read back byte for byte.
///
/// JSON is shown indented with a mark that names the sender's layout; text stands between fences; short binary bodies
/// stand as Base64; all else lies in a file of its own. A compressed body is shown decoded, with a mark on its coding.
struct HTTPBodyNotation {
  /// Bodies longer than this lie in files: people do not review them line by line.
  static let longestText = 256 * 1024
  static let longestBinary = 96

  var text: BodyText?
  var marks: [Mark] = []

  init() {}

  /// Writes a body; `file` keeps bytes in a file and returns its name relative to the entry.
  init(_ message: Message, file: (_ bytes: [UInt8], _ extension: String) throws -> String) rethrows {
    switch message.body.content {
    case .file(let name, _):
      self.text = BodyText(file: name)
    case .bytes(let bytes):
      guard !bytes.isEmpty else { return }
      if let coding = message.fields[first: "Content-Encoding"].flatMap(ContentCoding.init(fieldValue:)) {
        if let plain = try? coding.decode(bytes, limit: 64 << 20), let text = self.inline(plain, message) {
          self.marks.append(Mark("encoding", coding.detect(encoded: bytes, decoded: plain)?.name ?? coding.rawValue))
          self.text = text
          return
        }
      } else if let text = self.inline(bytes, message) {
        self.text = text
        return
      }
      if bytes.count <= Self.longestBinary {
        self.text = BodyText(base64: bytes)
      } else {
        // What is still encoded is no JSON or HTML, whatever its type.
        let isPlain = !message.fields.contains("Content-Encoding")
        self.text = BodyText(file: try file(bytes, isPlain ? Self.fileExtension(message.mediaType) : "bin"))
      }
    }
  }

  /// The body as text in the entry itself; nil where it does not fit or cannot be given back exactly.
  private mutating func inline(_ bytes: [UInt8], _ message: Message) -> BodyText? {
    guard !bytes.isEmpty, bytes.count <= Self.longestText else { return nil }
    let kind = BodyKind(contentType: message.fields[first: "Content-Type"])
    guard kind != .opaque else { return nil }
    if kind == .json || kind == .text, let json = self.json(bytes) { return json }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.count == bytes.count, text.utf8.elementsEqual(bytes) else { return nil }
    if let fenced = BodyText(fencing: text) { return fenced }
    // Text whose lines all end in CR LF is shown with plain line ends, and a mark.
    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    guard lines.count > 1, !lines.contains(where: { $0.utf8.contains(13) || $0.utf8.contains(10) }),
      let fenced = BodyText(fencing: lines.joined(separator: "\n"))
    else { return nil }
    self.marks.append(Mark("lines", "crlf"))
    return fenced
  }

  private mutating func json(_ bytes: [UInt8]) -> BodyText? {
    guard let first = bytes.first(where: { $0 > 32 }), first == 0x7B || first == 0x5B else { return nil }
    guard let layout = JSONLayout.detect(bytes), let pretty = JSONLayout.pretty(bytes),
      let text = BodyText(json: pretty)
    else { return nil }
    self.marks.append(Mark("layout", layout.name))
    return text
  }

  /// The usual ending of a file of this media type, so that people can open it.
  static func fileExtension(_ mediaType: String) -> String {
    switch mediaType {
    case "application/json": "json"
    case "text/html": "html"
    case "text/plain": "txt"
    case "application/xml", "text/xml": "xml"
    case "image/png": "png"
    case "image/jpeg": "jpg"
    case "image/gif": "gif"
    case "image/svg+xml": "svg"
    case "image/webp": "webp"
    case "application/pdf": "pdf"
    case "application/zip": "zip"
    default: "bin"
    }
  }
}
