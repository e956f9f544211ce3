import MockrecCore
import Yams

/// Reads nodes into `UserConfig`: names and shapes, not yet meanings. Every problem is kept, and reading goes on.
struct ConfigReader {
  /// Values read all in all, aliases followed.
  private static let maximumValues = 100_000

  private let text: ConfigText
  private var values = 0
  private(set) var problems: [Diagnostic] = []

  init(_ text: ConfigText) { self.text = text }

  mutating func read(_ root: Node?) -> UserConfig {
    var config = UserConfig()
    let fields = self.fields(of: root, in: "mockrec.yaml", keys: ["mode", "services"])
    config.mode = self.word(fields["mode"])
    guard let services = fields["services"] else { return config }
    guard let mapping = self.mapping(services.node, as: "`services`") else { return config }
    for (key, node) in self.pairs(mapping) {
      config.services.append(self.service(key, node))
    }
    return config
  }

  private mutating func service(_ name: UserConfig.Written, _ node: Node) -> UserConfig.Service {
    var service = UserConfig.Service(name: name)
    let fields = self.fields(
      of: node, in: "a service",
      keys: [
        "wire", "listen", "real", "env", "cassette", "sequence", "match", "redact", "volatile", "limits", "timeout",
        "framing", "fake", "handler", "drift", "overlays", "tls", "ca", "cert", "key", "server-name", "insecure",
        "stream-timing", "proto-descriptor",
      ])
    service.wire = self.word(fields["wire"])
    service.listen = self.word(fields["listen"])
    service.real = self.word(fields["real"])
    service.env = self.word(fields["env"])
    service.cassette = self.word(fields["cassette"])
    service.sequence = self.word(fields["sequence"])
    service.timeout = self.word(fields["timeout"])
    service.tls = self.word(fields["tls"])
    service.authorities = self.word(fields["ca"])
    service.certificate = self.word(fields["cert"])
    service.key = self.word(fields["key"])
    service.serverName = self.word(fields["server-name"])
    service.insecure = self.word(fields["insecure"])
    service.streamTiming = self.word(fields["stream-timing"])
    service.protoDescriptor = self.word(fields["proto-descriptor"])
    service.volatile = self.words(fields["volatile"])
    service.overlays = self.words(fields["overlays"])
    service.drift = self.items(
      fields["drift"], keys: ["path", "kind", "severity"], example: "path: $.items[*].price, severity: compatible")
    if let framing = fields["framing"] { service.framing = self.framing(framing) }
    if let fake = fields["fake"] { service.fake = self.fake(fake) }
    if let handler = fields["handler"] { service.handler = self.handler(handler) }
    if let match = fields["match"] { service.match = self.match(match) }
    if let redact = fields["redact"] { service.redact = self.redact(redact) }
    let limits = self.fields(of: fields["limits"]?.node, in: "`limits`", keys: ["body", "header"])
    service.bodyLimit = self.word(limits["body"])
    service.headerLimit = self.word(limits["header"])
    return service
  }

  private mutating func match(_ field: Field) -> UserConfig.Match {
    var match = UserConfig.Match(key: field.key.at)
    let fields = self.fields(of: field.node, in: "`match`", keys: ["headers", "ignore", "echo"])
    match.headers = self.words(fields["headers"])
    let ignore = self.fields(of: fields["ignore"]?.node, in: "`ignore`", keys: ["headers", "query", "json", "bytes"])
    match.ignoredHeaders = self.words(ignore["headers"])
    match.ignoredQuery = self.words(ignore["query"])
    match.ignoredJSON = self.words(ignore["json"])
    match.ignoredBytes = self.items(ignore["bytes"], keys: ["offset", "length"])
    match.echoes = self.items(fields["echo"], keys: ["from", "to", "length"])
    return match
  }

  private mutating func framing(_ field: Field) -> UserConfig.Framing {
    var framing = UserConfig.Framing(key: field.key.at)
    if case .scalar = field.node {
      framing.word = self.word(field)
      return framing
    }
    let fields = self.fields(of: field.node, in: "`framing`", keys: ["delimiter", "idle", "length"])
    framing.delimiter = self.word(fields["delimiter"])
    framing.idle = self.word(fields["idle"])
    if let length = fields["length"] {
      let parts = self.fields(of: length.node, in: "`length`", keys: ["offset", "size", "endian", "adjust"])
      framing.length = UserConfig.Length(
        key: length.key.at, offset: self.word(parts["offset"]), size: self.word(parts["size"]),
        endian: self.word(parts["endian"]), adjust: self.word(parts["adjust"]))
    }
    return framing
  }

  private mutating func handler(_ field: Field) -> UserConfig.Handler {
    var handler = UserConfig.Handler(key: field.key.at)
    guard case .mapping = field.node else {
      handler.command = self.words(field)
      return handler
    }
    let fields = self.fields(of: field.node, in: "`handler`", keys: ["command", "timeout"])
    handler.command = self.words(fields["command"])
    handler.timeout = self.word(fields["timeout"])
    return handler
  }

  private mutating func fake(_ field: Field) -> UserConfig.Fake {
    var fake = UserConfig.Fake(key: field.key.at)
    guard let written = self.mapping(field.node, as: "`fake`") else { return fake }
    var fields: [String: Field] = [:]
    var options: [(key: OverlayNode, value: OverlayNode)] = []
    for (key, node) in self.pairs(written) {
      if ["model", "state"].contains(key.text) {
        fields[key.text] = Field(key: key, node: node)
      } else {
        do throws(Diagnostic) {
          options.append((OverlayNode(.text(key.text), at: self.text.place(key.at)), try self.text.node(node)))
        } catch {
          self.problems.append(error)
        }
      }
    }
    if !options.isEmpty {
      fake.options = OverlayNode(.mapping(options), at: self.text.place(field.key.at))
    }
    fake.model = self.word(fields["model"])
    guard let state = fields["state"], let mapping = self.mapping(state.node, as: "`state`") else { return fake }
    if mapping.count == 1, case .scalar(let from)? = mapping["from"], from.string == "cassette" {
      fake.state = .cassette
    } else if let object = self.object(mapping, depth: 0) {
      fake.state = .values(object)
    }
    return fake
  }

  /// Names and values, as deep as `state` goes: texts, lists and mappings.
  private mutating func object(_ mapping: Node.Mapping, depth: Int) -> JSONObject? {
    var members: [JSONObject.Member] = []
    for (key, node) in self.pairs(mapping) {
      guard let value = self.value(node, depth: depth + 1) else { return nil }
      members.append(.init(key: key.text, value: value))
    }
    return JSONObject(members)
  }

  private mutating func value(_ node: Node, depth: Int) -> JSON? {
    guard depth < 8, self.count(at: self.spot(node)) else { return nil }
    switch node {
    case .scalar(let scalar): return Self.isEmpty(scalar) ? .null : .string(scalar.string)
    case .sequence(let sequence):
      var values: [JSON] = []
      for node in sequence {
        guard let value = self.value(node, depth: depth + 1) else { return nil }
        values.append(value)
      }
      return .array(values)
    case .mapping(let mapping): return self.object(mapping, depth: depth).map { .object($0) }
    case .alias: return nil
    }
  }

  private mutating func redact(_ field: Field) -> UserConfig.Redact {
    if case .scalar(let scalar) = field.node, !Self.isEmpty(scalar) {
      switch scalar.string {
      case "off", "false", "no": return .off
      case "on", "true", "yes": return .names([], keep: [], patterns: [])
      default:
        self.report(
          "`redact` is `off` or a mapping, not `\(scalar.string)`", at: self.spot(field.node),
          fix: "write `redact: off`, or `names:`, `keep:` and `patterns:` below it")
        return .names([], keep: [], patterns: [])
      }
    }
    let fields = self.fields(of: field.node, in: "`redact`", keys: ["names", "keep", "patterns"])
    return .names(
      self.words(fields["names"]), keep: self.words(fields["keep"]), patterns: self.words(fields["patterns"]))
  }
}

extension ConfigReader {
  fileprivate struct Field {
    var key: UserConfig.Written
    var node: Node
  }

  /// The fields of a mapping whose keys are known; nothing for an absent or empty one.
  fileprivate mutating func fields(of node: Node?, in owner: String, keys: [String]) -> [String: Field] {
    guard let node, let mapping = self.mapping(node, as: owner) else { return [:] }
    var fields: [String: Field] = [:]
    for (key, value) in self.pairs(mapping) {
      if keys.contains(key.text) {
        fields[key.text] = Field(key: key, node: value)
      } else {
        let nearest = nearestWord(to: key.text, among: keys)
        self.report(
          "\(owner) has no key `\(key.text)`", at: key.at, nearest: nearest.map { "`\($0)`" },
          fix: nearest.map { "write `\($0):`, or remove it" }
            ?? "remove it; the keys are \(keys.joined(separator: ", "))")
      }
    }
    return fields
  }

  /// Nil, without a problem, where nothing is written below a key: its content may be commented out.
  fileprivate mutating func mapping(_ node: Node, as owner: String) -> Node.Mapping? {
    switch node {
    case .mapping(let mapping): return mapping
    case .scalar(let scalar) where Self.isEmpty(scalar): return nil
    default:
      self.report(
        "\(owner) is a mapping, not \(Self.kind(of: node))", at: self.spot(node),
        fix: "write `key: value` lines below it, indented")
      return nil
    }
  }

  fileprivate mutating func pairs(_ mapping: Node.Mapping) -> [(key: UserConfig.Written, value: Node)] {
    var pairs: [(key: UserConfig.Written, value: Node)] = []
    for (key, value) in mapping {
      let spot = self.spot(key)
      guard self.count(at: spot) else { break }
      guard !self.text.repeatedKeys.contains(spot) else { continue }
      guard case .scalar(let scalar) = key else {
        self.report("a key is a text, not \(Self.kind(of: key))", at: spot, fix: "write `key: value`")
        continue
      }
      pairs.append((UserConfig.Written(text: scalar.string, at: spot), value))
    }
    return pairs
  }

  fileprivate mutating func word(_ field: Field?) -> UserConfig.Written? {
    guard let field else { return nil }
    guard case .scalar(let scalar) = field.node, !Self.isEmpty(scalar) else {
      self.report(
        "`\(field.key.text)` is a text, not \(Self.kind(of: field.node))",
        at: Self.kind(of: field.node) == "empty" ? field.key.at : self.spot(field.node),
        fix: "write `\(field.key.text): VALUE`, or remove the line for its default")
      return nil
    }
    return self.count(at: self.spot(field.node))
      ? UserConfig.Written(text: scalar.string, at: self.spot(field.node)) : nil
  }

  fileprivate mutating func words(_ field: Field?) -> [UserConfig.Written] {
    guard let field else { return [] }
    switch field.node {
    case .scalar(let scalar) where Self.isEmpty(scalar): return []
    case .sequence(let sequence):
      var words: [UserConfig.Written] = []
      for node in sequence {
        guard self.count(at: self.spot(node)) else { break }
        if case .scalar(let scalar) = node, !Self.isEmpty(scalar) {
          words.append(UserConfig.Written(text: scalar.string, at: self.spot(node)))
        } else {
          self.report(
            "`\(field.key.text)` is a list of texts, and this is \(Self.kind(of: node))", at: self.spot(node),
            fix: "put it in quotes, or remove it")
        }
      }
      return words
    default:
      let value = if case .scalar(let scalar) = field.node { scalar.string } else { "A, B" }
      self.report(
        "`\(field.key.text)` is a list, not \(Self.kind(of: field.node))", at: self.spot(field.node),
        fix: "write `\(field.key.text): [\(value)]`")
      return []
    }
  }

  /// A list of mappings whose keys are known.
  ///
  /// - Parameter example: One of them as it could be written; numbers for all keys without it.
  fileprivate mutating func items(_ field: Field?, keys: [String], example: String? = nil) -> [UserConfig.Item] {
    guard let field else { return [] }
    guard case .sequence(let sequence) = field.node else {
      if case .scalar(let scalar) = field.node, Self.isEmpty(scalar) { return [] }
      self.report(
        "`\(field.key.text)` is a list of mappings, not \(Self.kind(of: field.node))", at: self.spot(field.node),
        fix: "write `\(field.key.text): [{\(example ?? keys.map { "\($0): 0" }.joined(separator: ", "))}]`")
      return []
    }
    var items: [UserConfig.Item] = []
    for node in sequence {
      guard self.count(at: self.spot(node)) else { break }
      let fields = self.fields(of: node, in: "an item of `\(field.key.text)`", keys: keys)
      items.append(UserConfig.Item(at: self.spot(node), values: fields.compactMapValues { self.word($0) }))
    }
    return items
  }

  private mutating func count(at spot: Spot) -> Bool {
    self.values += 1
    if self.values == Self.maximumValues + 1 {
      self.report(
        "more than \(Self.maximumValues) values, aliases followed", at: spot, fix: "split it over several mockrec.yaml")
    }
    return self.values <= Self.maximumValues
  }

  private mutating func report(_ message: String, at spot: Spot, nearest: String? = nil, fix: String) {
    self.problems.append(Diagnostic(message, at: self.text.place(spot), nearest: nearest, fix: fix))
  }

  private func spot(_ node: Node) -> Spot { Spot(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1) }

  private static func isEmpty(_ scalar: Node.Scalar) -> Bool {
    scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
  }

  private static func kind(of node: Node) -> String {
    switch node {
    case .scalar(let scalar): Self.isEmpty(scalar) ? "empty" : "a text"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
  }
}
