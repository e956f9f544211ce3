/// How a body is read for secrets.
package enum BodyKind: Sendable, Hashable {
  case json
  /// `name=value&…`
  case form
  case multipart(boundary: [UInt8])
  /// Anything else that people might read; what begins like JSON is read as JSON.
  case text
  /// Pictures, sound and archives: passed through unread.
  case opaque

  /// The longest boundary that is believed; RFC 2046, 5.1.1 allows 70 characters.
  static let maximumBoundaryLength = 256

  /// - Parameter contentType: The value of the Content-Type field, with its parameters.
  package init(contentType: String?) {
    let parts = (contentType ?? "").split(separator: ";", maxSplits: 1)
    let type = String(parts.first?.trimmingBlanks ?? "").lowercased()
    switch type {
    case "application/x-www-form-urlencoded": self = .form
    case "text/event-stream": self = .json
    case _ where type.hasPrefix("multipart/"):
      let boundary = parts.count > 1 ? Self.boundary(of: parts[1]) : nil
      self = boundary.map { .multipart(boundary: $0) } ?? .text
    case _ where type.hasSuffix("json"): self = .json
    case _ where Self.opaqueTypes.contains(type): self = .opaque
    case _ where Self.opaqueFamilies.contains { type.hasPrefix($0) } && !type.hasSuffix("xml"): self = .opaque
    default: self = .text
    }
  }

  private static let opaqueFamilies = ["image/", "audio/", "video/", "font/"]
  private static let opaqueTypes: Set = [
    "application/octet-stream", "application/x-protobuf", "application/protobuf", "application/zip", "application/gzip",
    "application/x-gzip", "application/zstd", "application/pdf",
    "application/wasm", "application/x-tar", "application/x-7z-compressed", "application/x-bzip2",
  ]

  private static func boundary(of parameters: Substring) -> [UInt8]? {
    for parameter in parameters.split(separator: ";") {
      let parameter = parameter.trimmingBlanks
      guard let equals = parameter.firstIndex(of: "="), parameter[..<equals].equalsIgnoringCase("boundary") else {
        continue
      }
      let boundary = parameter[parameter.index(after: equals)...].utf8.filter { $0 != UInt8(ascii: "\"") }
      return boundary.isEmpty || boundary.count > Self.maximumBoundaryLength ? nil : boundary
    }
    return nil
  }
}

extension Substring {
  /// Without the spaces and tabs at both ends.
  package var trimmingBlanks: Substring {
    var rest = self
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return rest
  }
}
