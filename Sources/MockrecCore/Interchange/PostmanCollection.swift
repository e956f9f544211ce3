/// A Postman collection as contracts: a file a request, in folders as the collection has them.
///
/// Source: Postman Collection Format 2.1.0 (https://schema.postman.com/).
package struct PostmanCollection: Sendable {
  package struct Contract: Sendable {
    /// Relative, of letters that every file system takes: `users/get-one.hurl`.
    package var path: String
    package var text: String
  }

  package private(set) var name: String
  package private(set) var contracts: [Contract] = []
  /// Values of the collection's variables that are no secrets, in order.
  package private(set) var variables: [(name: String, value: String)] = []
  package private(set) var notes = InterchangeNotes()

  private let redactor: Redactor
  private var paths: Set<String> = []
  private static let deepest = 32

  /// - Throws: A `Diagnostic` with its place for a text that is no collection of this version, or out of shape.
  package init(
    _ source: SourceText, redactor: Redactor = Redactor(), limits: JSONLimits = JSONLimits()
  ) throws(Diagnostic) {
    let file = try FormatValue(source, format: "Postman collection", limits: limits)
    guard let info = try file.member("info"), let schema = try info.member("schema") else {
      throw Diagnostic(
        "not a Postman collection: it has no `info.schema`", at: file.place,
        fix: "export the collection from Postman as Collection v2.1")
    }
    guard try schema.text().contains("v2.1") else {
      throw Diagnostic(
        "this is another version of the format than 2.1", at: schema.place,
        fix: "export the collection from Postman as Collection v2.1")
    }
    self.redactor = redactor
    self.name = try info.text("name") ?? "collection"
    try self.readVariables(file)
    try self.note(scriptsOf: file, at: "the collection")
    try self.add(try file.required("item").elements(), folder: [], auth: try file.member("auth"))
  }

  private mutating func add(_ items: [FormatValue], folder: [String], auth: FormatValue?) throws(Diagnostic) {
    for item in items {
      let name = try item.text("name") ?? "request"
      let label = (folder + [name]).joined(separator: "/")
      try self.note(scriptsOf: item, at: label)
      // An item's own word counts, also where it says that there is none.
      let own = try item.member("auth") ?? auth
      if let children = try item.member("item") {
        guard folder.count < Self.deepest else { throw children.fault("nested less deeply") }
        try self.add(try children.elements(), folder: folder + [name], auth: own)
      } else if let request = try item.member("request") {
        try self.add(request, of: item, name: name, folder: folder, auth: own)
      }
    }
  }

  private mutating func add(
    _ request: FormatValue, of item: FormatValue, name: String, folder: [String], auth: FormatValue?
  ) throws(Diagnostic) {
    let label = (folder + [name]).joined(separator: "/")
    var writer = PostmanRequest(label: label, redactor: self.redactor)
    let entry = try writer.entry(request, responses: try item.elements("response"), auth: auth)
    self.notes.add(writer.notes)
    guard var entry else { return }
    entry.leading = [.comment("# " + String(name.map { $0.isNewline || $0 == "\t" ? " " : $0 }))]
    let text = NotationPrinter.print(ConversationFile(entries: [entry]))
    let path = self.path((folder + [name]).map(Self.slug))
    // What cannot be said in the notation is not written.
    guard (try? NotationParser.parse(SourceText(name: path, text: text))) != nil else {
      return self.notes.add("requests that the notation of contracts cannot say are left out", at: label)
    }
    self.contracts.append(Contract(path: path, text: text))
  }

  /// A path that no other request has.
  private mutating func path(_ parts: [String]) -> String {
    let base = parts.joined(separator: "/")
    var path = base + ".hurl"
    var number = 2
    while !self.paths.insert(path).inserted {
      path = "\(base)-\(number).hurl"
      number += 1
    }
    return path
  }

  /// A name as a file's: small letters and digits with hyphens between.
  package static func slug(_ name: String) -> String {
    let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    let slug = String(words.joined(separator: "-").prefix(60))
    return slug.isEmpty ? "unnamed" : slug
  }

  private mutating func readVariables(_ file: FormatValue) throws(Diagnostic) {
    for variable in try file.elements("variable") {
      guard let key = try variable.name(), !(try variable.flag("disabled")) else {
        continue
      }
      let name = PostmanTemplate.name(key)
      let value: String
      switch try variable.member("value")?.json {
      case .string(let text)?: value = text
      case .number(let number)?: value = number.text
      case .bool(let flag)?: value = "\(flag)"
      default: value = ""
      }
      let isSecret = try variable.text("type") == "secret" || self.redactor.isSecret(name: key)
      if isSecret || self.redactor.text(value) != value || value.contains(where: \.isNewline) || value.contains("{{") {
        self.notes.add("variables whose values are secret, or made of others, are given with --variable", at: name)
      } else if !value.isEmpty {
        self.variables.append((name, value))
      }
    }
  }

  private mutating func note(scriptsOf item: FormatValue, at label: String) throws(Diagnostic) {
    for event in try item.elements("event") {
      // Postman writes empty scripts.
      let lines = try event.member("script")?.member("exec")?.json
      let text = lines?.array?.compactMap(\.string).joined() ?? lines?.string ?? ""
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      let kind = try event.text("listen") == "test" ? "tests" : "pre-request scripts"
      self.notes.add("\(kind) are JavaScript and are not translated: write them as [Asserts] and [Captures]", at: label)
    }
  }
}
