import MockrecCore
import MockrecWire

/// What a rule's `match:` asks of an HTTP request.
struct HTTPRequestPattern: RequestPattern {
  /// In upper case; any where empty.
  var methods: [String] = []
  var path: PathPattern?
  var query: [(name: String, value: TextPattern)] = []
  var headers: [(name: String, value: TextPattern)] = []
  var json: [(path: JSONPath, value: JSON)] = []

  /// What a mock asks for.
  init(method: String, path: PathPattern) {
    self.methods = method == Self.anyMethod ? [] : [method]
    self.path = path
  }

  /// The word of a mock that answers whatever the method.
  static let anyMethod = "ANY"

  init(_ fields: inout OverlayFields) throws(Diagnostic) {
    if let method = fields.take("method") {
      for node in try method.list("method") { self.methods.append(try node.text("method").uppercased()) }
    }
    if let path = fields.take("path") {
      let text = try path.text("path")
      guard text.hasPrefix("/") else {
        throw path.problem("a `path` begins with /, and not `\(text)`", fix: "write `path: /users/*`")
      }
      guard !text.contains(where: { "{}".contains($0) }) else {
        throw path.problem(
          "a `path` here has no `{…}`, and not `\(text)`", fix: "write `*` for one segment, such as `path: /users/*`")
      }
      self.path = PathPattern(text)
    }
    if let query = fields.take("query") {
      for field in try OverlayFields(query, of: "`query`").fields {
        self.query.append((field.name, TextPattern(try field.value.text(field.name))))
      }
    }
    if let header = fields.take("header") {
      for field in try OverlayFields(header, of: "`header`").fields {
        self.headers.append((field.name, TextPattern(try field.value.text(field.name))))
      }
    }
    if let json = fields.take("json") {
      for field in try OverlayFields(json, of: "`json`").fields {
        do throws(JSONPathError) {
          self.json.append((try JSONPath(field.name), field.value.json))
        } catch {
          throw field.key.problem("`\(field.name)` is no JSONPath: \(error.message)", fix: "write `\"$.kind\": card`")
        }
      }
    }
  }

  var readsBody: Bool { !self.json.isEmpty }

  /// That of its path, whatever is done there.
  var ofSubject: any RequestPattern {
    var pattern = self
    (pattern.methods, pattern.query, pattern.headers, pattern.json) = ([], [], [], [])
    return pattern
  }

  var changes: Bool? {
    guard !self.methods.isEmpty else { return nil }
    let safe = self.methods.filter { HTTPWire.safeMethods.contains($0) }
    return safe.isEmpty ? true : safe.count == self.methods.count ? false : nil
  }

  func matches(_ request: any WireRequest) -> Bool {
    guard let request = request as? HTTPRequest else { return false }
    return self.matches(request, path: HTTPTarget(request.target).path)
  }

  /// - Parameter path: That of the request; not looked at again where the pattern's own is known to match.
  func matches(_ request: HTTPRequest, path: Substring?) -> Bool {
    if !self.methods.isEmpty, !self.methods.contains(request.method) { return false }
    if let path, let wanted = self.path, !wanted.matches(path) { return false }
    if !self.query.isEmpty {
      let pairs = HTTPTarget(request.target).pairs.map { pair in
        (name: HTTPTarget.decoded(pair.name), value: HTTPTarget.decoded(pair.value ?? ""))
      }
      for (name, value) in self.query {
        guard pairs.contains(where: { $0.name == name && value.matches($0.value) }) else { return false }
      }
    }
    for (name, value) in self.headers {
      guard request.values(name).contains(where: { value.matches($0) }) else { return false }
    }
    return true
  }

  func documents(of body: [UInt8], in request: any WireRequest) -> [JSON] {
    let fields = (request as? HTTPRequest)?.message.fields ?? Fields()
    return (try? JSON.parse(HTTPWire().decoded(body, fields: fields, limit: 1 << 20))).map { [$0] } ?? []
  }

  func matches(_ documents: [JSON]) -> Bool {
    self.json.allSatisfy { path, value in
      documents.contains { ((try? path.select($0)) ?? []).contains { $0 == value } }
    }
  }

  func covers(_ other: any RequestPattern) -> Bool {
    guard let other = other as? HTTPRequestPattern, self.query.isEmpty, self.headers.isEmpty, self.json.isEmpty else {
      return false
    }
    if !self.methods.isEmpty {
      guard !other.methods.isEmpty, other.methods.allSatisfy(self.methods.contains) else { return false }
    }
    guard let path = self.path else { return true }
    return other.path.map { path.covers($0) } ?? false
  }
}

extension HTTPRequestPattern {
  /// A path with `*` for what stands between two slashes, or a part of it, and `**` for any number of such.
  struct PathPattern: Sendable {
    enum Segment: Sendable, Hashable {
      case literal(String)
      case glob(TextPattern)
      /// `{id}`: one segment, which has a name.
      case capture(String)
      case any
    }

    var segments: [Segment]

    init(_ text: String) {
      self.segments = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map { part in
        if part == "**" { return .any }
        return part.contains("*") || part.contains("?") ? .glob(TextPattern(String(part))) : .literal(String(part))
      }
    }

    /// A path as a mock has it: `/users/{id}`, `/files/**`.
    ///
    /// - Parameter isLiteral: Whether it is a path in which nothing has a meaning.
    init(template: String, isLiteral: Bool) {
      self.init(template)
      guard !isLiteral else {
        self.segments = template.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
          .literal(String($0))
        }
        return
      }
      self.segments = self.segments.map { segment in
        guard case .literal(let text) = segment, let name = Self.captured(text) else { return segment }
        return .capture(name)
      }
    }

    /// The name of a segment that is `{name}`.
    static func captured(_ segment: String) -> String? {
      let name = segment.dropFirst().dropLast()
      guard segment.hasPrefix("{"), segment.hasSuffix("}"), let first = name.utf8.first, first.isNameStart,
        name.utf8.allSatisfy({ $0.isNameStart || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
      else { return nil }
      return String(name)
    }

    /// Whether it stands for one path.
    var isLiteral: Bool { self.segments.allSatisfy { if case .literal = $0 { true } else { false } } }

    /// The more of it is said, and the earlier, the larger.
    var specificity: [Int] {
      self.segments.map { segment in
        switch segment {
        case .literal: 4
        case .glob: 3
        case .capture: 2
        case .any: 0
        }
      } + [1]
    }

    var captureNames: Set<String> {
      Set(self.segments.compactMap { if case .capture(let name) = $0 { name } else { nil } })
    }

    /// What stands at the named places of a path that matches.
    func captures(_ path: Substring) -> [(name: String, value: String)] {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
      // Behind `**` places are counted from the end.
      let open = self.segments.firstIndex(of: .any) ?? self.segments.endIndex
      return self.segments.enumerated().compactMap { index, segment in
        guard case .capture(let name) = segment else { return nil }
        let place = index < open ? parts.startIndex + index : parts.endIndex - (self.segments.count - index)
        guard parts.indices.contains(place) else { return nil }
        let part = parts[place]
        // In a path `+` is itself.
        return (name, PercentCoding.decode(part) ?? String(part))
      }
    }

    func matches(_ path: Substring) -> Bool {
      Self.matches(self.segments[...], path.split(separator: "/", omittingEmptySubsequences: false).dropFirst())
    }

    /// In time that grows with the product of both lengths at most: only the last `**` is gone back to.
    private static func matches(_ pattern: ArraySlice<Segment>, _ path: ArraySlice<Substring>) -> Bool {
      var (pattern, path) = (pattern, path)
      var last: (pattern: ArraySlice<Segment>, path: ArraySlice<Substring>)?
      while true {
        if case .any? = pattern.first {
          pattern = pattern.dropFirst()
          if pattern.isEmpty { return true }
          last = (pattern, path)
          continue
        }
        if path.isEmpty, pattern.isEmpty { return true }
        if let segment = pattern.first, let part = path.first, segment.matches(part) {
          (pattern, path) = (pattern.dropFirst(), path.dropFirst())
          continue
        }
        guard let star = last, !star.path.isEmpty else { return false }
        last = (star.pattern, star.path.dropFirst())
        (pattern, path) = (star.pattern, star.path.dropFirst())
      }
    }

    func covers(_ other: PathPattern) -> Bool {
      if self.segments.count == other.segments.count, zip(self.segments, other.segments).allSatisfy({ $0.covers($1) }) {
        return true
      }
      // `/users/**` covers what begins as it does.
      guard self.segments.last == .any else { return false }
      return other.segments.starts(with: self.segments.dropLast())
    }
  }
}

extension HTTPRequestPattern.PathPattern.Segment {
  /// What a capture is called makes no difference.
  func covers(_ other: Self) -> Bool {
    switch (self, other) {
    case (.capture, .capture), (.capture, .literal), (.capture, .glob): true
    case (.glob(let pattern), .capture), (.glob(let pattern), .glob): pattern.text == "*" || self == other
    default: self == other
    }
  }

  func matches(_ part: Substring) -> Bool {
    switch self {
    case .any: true
    case .capture: !part.isEmpty
    case .literal(let text): part == text
    case .glob(let pattern): pattern.matches(part)
    }
  }
}

extension UInt8 {
  /// Whether a name may begin so.
  fileprivate var isNameStart: Bool {
    (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == UInt8(ascii: "_")
  }
}
