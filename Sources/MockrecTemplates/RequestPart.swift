import MockrecCore

/// What stands behind `request.` in a placeholder.
enum RequestPart: Sendable, Hashable {
  case method, url, path, body
  case capture(String)
  /// The first value of a name; `queries` and `headers` are the lists of all.
  case query(String)
  case queries(String)
  case header(String)
  case headers(String)
  case cookie(String)
  case form(String)
  /// What stands in a JSON body: names of members, and indices of elements from 0.
  case json([String])

  private static let names = [
    "method", "url", "path", "query", "queries", "header", "headers", "cookie", "form", "body",
  ]

  /// Why a path names no part, the nearest that does, and the fix.
  struct Problem: Error {
    var message: String
    var nearest: String?
    var fix: String?
  }

  /// - Parameter captures: The names that the entry's path has in braces.
  init(_ path: [String], captures: Set<String>) throws(Problem) {
    guard let part = path.first else {
      throw Problem(message: "`request` is not one value", fix: "name a part of it, such as `request.query.user`")
    }
    let names = path.dropFirst()
    // A parameter's name may have dots in it.
    let name = names.joined(separator: ".")
    switch (part, names.isEmpty) {
    case ("method", true): self = .method
    case ("url", true): self = .url
    case ("path", true): self = .path
    case ("body", true): self = .body
    case ("body", false): self = .json(Array(names))
    case ("path", false):
      guard captures.contains(name) else {
        let nearest = nearestWord(to: name, among: captures.sorted())
        throw Problem(
          message: "the path of this entry has no {\(name)}", nearest: nearest.map { "request.path.\($0)" },
          fix: nearest == nil ? "write it into the request line, such as `/users/{\(name)}`" : nil)
      }
      self = .capture(name)
    case ("query", false): self = .query(name)
    case ("queries", false): self = .queries(name)
    case ("header", false): self = .header(name)
    case ("headers", false): self = .headers(name)
    case ("cookie", false): self = .cookie(name)
    case ("form", false): self = .form(name)
    case (_, true) where Self.names.contains(part):
      throw Problem(message: "`request.\(part)` is not one value", fix: "name it, such as `request.\(part).NAME`")
    case (_, false) where Self.names.contains(part):
      throw Problem(message: "`request.\(part)` has no parts", fix: "`request.\(part)`")
    default:
      let nearest = nearestWord(to: part, among: Self.names)
      throw Problem(
        message: "a request has no `\(part)`",
        nearest: nearest.map { (["request", $0] + names).joined(separator: ".") },
        fix: nearest == nil ? "one of \(Self.names.joined(separator: ", "))" : nil)
    }
  }

  /// The value that a request has here; nil where it has none.
  ///
  /// - Throws: `cannot` for a body that is no text, or no JSON.
  func value(in context: ReplyContext) throws(WordError) -> ContractValue? {
    switch self {
    case .form, .json, .body: _ = try context.body()
    default: break
    }
    try context.work(self.cost(in: context))
    switch self {
    case .method: return .text(context.request.method)
    case .url: return .text(context.request.target)
    case .path: return .text(String(context.request.path))
    case .capture(let name): return context.request.captures[name].map { .text($0) }
    case .query(let name): return context.query.first { $0.name == name }.map { .text($0.value) }
    case .queries(let name):
      return .json(.array(context.query.lazy.filter { $0.name == name }.map { .string($0.value) }))
    case .header(let name): return context.request.fields[first: name].map { .text($0) }
    case .headers(let name): return .json(.array(context.request.fields[all: name].map { .string($0) }))
    case .cookie(let name): return context.request.cookie(name).map { .text($0) }
    case .form(let name): return context.form.first { $0.name == name }.map { .text($0.value) }
    case .json(let path): return try context.json()?.value(at: path[...]).map { .json($0) }
    case .body:
      guard let text = context.request.text else {
        throw .cannot("a request whose body of \(try context.body().count) bytes is no text")
      }
      return .text(text)
    }
  }

  /// What it costs to be found, in bytes that are gone through.
  private func cost(in context: ReplyContext) -> Int {
    let pair = 16
    return switch self {
    case .method, .url, .path, .capture, .json: pair
    case .query, .queries: context.query.count * pair
    case .header, .headers, .cookie: context.request.fields.list.count * pair
    case .form: context.form.count * pair
    case .body: context.request.body?.count ?? 0
    }
  }
}

extension JSON {
  /// The value below members and elements of these names and indices; nil where there is none.
  func value(at path: ArraySlice<String>) -> JSON? {
    var value = self
    for name in path {
      switch value {
      case .object(let object):
        guard let member = object[name] else { return nil }
        value = member
      case .array(let elements):
        guard let index = Int(name), elements.indices.contains(index) else { return nil }
        value = elements[index]
      default: return nil
      }
    }
    return value
  }
}
