/// The scanner of one body: of its kind, or of the kind that its first byte shows.
enum BodyRedaction: Sendable {
  case json(JSONRedaction)
  case form(FormRedaction)
  case multipart(MultipartRedaction)
  case text(TextRedaction)
  case opaque
  /// A form or text of which only white space was seen. People and programs send JSON under either name.
  case unseen(isForm: Bool, names: SecretNames)

  init(_ kind: BodyKind, names: SecretNames) {
    self =
      switch kind {
      case .json: .json(JSONRedaction(names: names))
      case .form: .unseen(isForm: true, names: names)
      case .multipart(let boundary): .multipart(MultipartRedaction(names: names, boundary: boundary))
      case .text: .unseen(isForm: false, names: names)
      case .opaque: .opaque
      }
  }

  /// The first byte on which nothing is decided.
  var undecided: Int? {
    switch self {
    case .json(let json): json.undecided
    case .form(let form): form.undecided
    case .multipart(let multipart): multipart.undecided
    case .text(let text): text.undecided
    case .opaque, .unseen: nil
    }
  }

  mutating func feed(_ bytes: UnsafeBufferPointer<UInt8>, base: Int, sink: inout RedactionSink) {
    switch self {
    case .json(var json):
      self = .opaque
      json.feed(bytes, base: base, sink: &sink)
      self = .json(json)
    case .form(var form):
      self = .opaque
      form.feed(bytes, base: base, sink: &sink)
      self = .form(form)
    case .multipart(var multipart):
      self = .opaque
      multipart.feed(bytes, base: base, sink: &sink)
      self = .multipart(multipart)
    case .text(var text):
      self = .opaque
      text.feed(bytes, base: base, sink: &sink)
      self = .text(text)
    case .opaque: break
    case .unseen(let isForm, let names):
      guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
        return
      }
      if bytes[first] == UInt8(ascii: "{") || bytes[first] == UInt8(ascii: "[") {
        self = .json(JSONRedaction(names: names))
      } else {
        self = isForm ? .form(FormRedaction(names: names.keys)) : .text(TextRedaction(names: names))
      }
      self.feed(UnsafeBufferPointer(rebasing: bytes[first...]), base: base + first, sink: &sink)
    }
  }

  mutating func finish(at end: Int, sink: inout RedactionSink) {
    switch self {
    case .json(var json): json.finish(at: end, sink: &sink)
    case .form(var form): form.finish(at: end, sink: &sink)
    case .multipart(var multipart): multipart.finish(at: end, sink: &sink)
    case .text(var text): text.finish(at: end, sink: &sink)
    case .opaque, .unseen: break
    }
    self = .opaque
  }
}
