import MockrecCore

/// The body of a form with files. Source: RFC 7578.
struct MultipartForm {
  private struct Part {
    var head: String
    var value: [UInt8]
  }

  private var parts: [Part] = []

  /// - Parameters:
  ///   - file: The file's name, of which the last component is sent; nil for a plain field.
  ///   - type: The file's media type; that of its ending when nil.
  mutating func append(name: String, value: [UInt8], file: String? = nil, type: String? = nil) {
    var head = "Content-Disposition: form-data; name=\"\(Self.escaped(name))\""
    if let file {
      let base = file.split(separator: "/").last.map(String.init) ?? file
      head += "; filename=\"\(Self.escaped(base))\"\r\nContent-Type: \(type ?? Self.mediaType(of: base))"
    }
    self.parts.append(Part(head: head, value: value))
  }

  var type: String { "multipart/form-data; boundary=\(self.boundary)" }

  var bytes: [UInt8] {
    let boundary = self.boundary
    var bytes: [UInt8] = []
    for part in self.parts {
      bytes += Array("--\(boundary)\r\n\(part.head)\r\n\r\n".utf8) + part.value + Array("\r\n".utf8)
    }
    return bytes + Array("--\(boundary)--\r\n".utf8)
  }

  /// The same for the same form, so that a fake knows the request again.
  private var boundary: String {
    var hash = FNV1a()
    for part in self.parts {
      hash.append(part.head.utf8)
      hash.append(part.value)
    }
    let digits = String(hash.value, radix: 16)
    return "------------------------" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Source: RFC 7578, 2, as browsers have it.
  private static func escaped(_ name: String) -> String {
    name.replacing("\"", with: "%22").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
  }

  private static func mediaType(of file: String) -> String {
    switch file.split(separator: ".").last.map({ $0.lowercased() }) {
    case "gif": "image/gif"
    case "jpg", "jpeg": "image/jpeg"
    case "png": "image/png"
    case "svg": "image/svg+xml"
    case "txt": "text/plain"
    case "htm", "html": "text/html"
    case "pdf": "application/pdf"
    case "xml": "application/xml"
    default: "application/octet-stream"
    }
  }
}
