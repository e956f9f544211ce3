import HTTPWire
import MockrecCore
import MockrecEngine
import MockrecWire

/// A body that is a document, as who asks what came may see it: what cannot be looked through for secrets is not shown.
struct ShownBody {
  /// With its content coding undone, and without its secrets.
  private(set) var bytes: [UInt8] = []
  private(set) var json: JSON?
  /// Why it is not shown; nil where it is.
  private(set) var hidden: String?

  /// Of what a content coding gives. Bytes.
  static let longest = 1 << 20

  /// - Parameters:
  ///   - kept: What the log has of it.
  ///   - count: How many bytes came.
  init(_ kept: [UInt8], of count: Int, fields: Fields, redactor: Redactor) {
    guard !kept.isEmpty || count > 0 else { return }
    guard kept.count >= count else {
      self.hidden = "\(count) bytes, not shown: only the first \(kept.count) are kept"
      return
    }
    guard var plain = try? HTTPWire.content(of: kept, fields: fields, limit: Self.longest) else {
      self.hidden =
        "\(count) bytes, not shown: they are not what `Content-Encoding` says, or become longer than "
        + "\(ByteSize(Self.longest))"
      return
    }
    if plain.starts(with: [0xEF, 0xBB, 0xBF]) { plain.removeFirst(3) }
    if (try? JSON.parse(plain)) != nil {
      // Whatever its type says: it is shown as what it is.
      self.bytes = redactor.json(plain)
      self.json = try? JSON.parse(self.bytes)
    } else if Self.isText(plain) {
      self.bytes = Self.clean(plain, as: BodyKind(contentType: fields[first: "Content-Type"]), redactor)
    } else {
      self.hidden = "\(count) bytes, not shown: they are no text in UTF-8"
    }
  }

  /// What is no text in UTF-8 may be one in another charset, whose secrets nobody finds.
  private static func isText(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
      && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
  }

  /// Text that is not what its type says is looked through as what it may be.
  private static func clean(_ text: [UInt8], as kind: BodyKind, _ redactor: Redactor) -> [UInt8] {
    var clean = redactor.body(text, as: kind)
    if kind != .text { clean = redactor.text(clean) }
    let isForm = kind != .form && text.contains(UInt8(ascii: "=")) && !text.contains { $0 <= 0x20 }
    return isForm ? redactor.form(clean) : clean
  }

  /// As a request's members.
  var members: [(String, JSON)] {
    if let hidden { return [("notShown", .string(hidden))] }
    if let json { return [("json", json)] }
    return self.bytes.isEmpty ? [] : [("text", .string(String(decoding: self.bytes, as: UTF8.self)))]
  }
}
