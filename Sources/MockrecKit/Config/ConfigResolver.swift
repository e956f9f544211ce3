import MockrecCore

/// What the meaning of a mockrec.yaml depends on besides its text.
package struct ConfigContext: Sendable {
  /// A wire as far as the configuration is concerned.
  package struct KnownWire: Sendable {
    package var name: String
    /// The schemes of `real:` that it speaks, in lower case, the usual one first.
    package var schemes: [String]
    /// Those of them that stand for TLS.
    package var secureSchemes: [String]
    /// The ways of `framing:` that it may be told; empty for a wire that knows its protocol.
    package var framings: [Framing.Kind]
    /// The services that it can play without a recording.
    package var models: [String]
    /// What each of them may be told.
    package var modelOptions: [String: [String]]
    /// Whether descriptors make its messages readable.
    package var takesSchema: Bool
    /// Whether programs can answer for its services.
    package var takesHandlers: Bool
    /// Whether its requests have a query.
    package var hasQuery: Bool

    var takesTLS: Bool { !self.secureSchemes.isEmpty }

    package init(
      name: String, schemes: [String], secureSchemes: [String] = [], framings: [Framing.Kind] = [],
      models: [String] = [], modelOptions: [String: [String]] = [:], takesSchema: Bool = false,
      takesHandlers: Bool = false,
      hasQuery: Bool = true
    ) {
      self.takesHandlers = takesHandlers
      self.hasQuery = hasQuery
      self.models = models
      self.modelOptions = modelOptions
      self.takesSchema = takesSchema
      self.secureSchemes = secureSchemes
      self.name = name
      self.schemes = schemes
      self.framings = framings
    }
  }

  package var wires: [KnownWire]
  package var environment: [String: String]
  /// What is wrong with a JSONPath, and how many Unicode scalars into it; nil where nothing is.
  package var jsonPathProblem: @Sendable (String) -> (message: String, scalars: Int)?

  package init(
    wires: [KnownWire], environment: [String: String],
    jsonPathProblem: @escaping @Sendable (String) -> (message: String, scalars: Int)? = { path in
      path.hasPrefix("$") ? nil : ("a JSONPath begins with $", 0)
    }
  ) {
    self.wires = wires
    self.environment = environment
    self.jsonPathProblem = jsonPathProblem
  }
}

/// Makes settings of what the user wrote. Every problem is kept, and resolving goes on.
struct ConfigResolver {
  let text: ConfigText
  /// The folder that paths in the file are relative to; empty for the working directory.
  let directory: String
  let context: ConfigContext
  private(set) var problems: [Diagnostic] = []
  private var listeners: [HostPort: UserConfig.Written] = [:]
  private var environmentNames: [String: UserConfig.Written] = [:]
  private var cassettes: [String: UserConfig.Written] = [:]

  init(text: ConfigText, directory: String, context: ConfigContext) {
    self.text = text
    self.directory = directory
    self.context = context
  }

  mutating func mode(_ written: UserConfig.Written?) -> RecordMode? {
    written.flatMap { self.choice($0, of: RecordMode.self) }
  }

  mutating func service(_ written: UserConfig.Service) -> ServiceSettings {
    var settings = ServiceSettings(name: written.name.text)
    self.checkName(written.name)
    settings.origin = .init(file: self.text.name, line: written.name.at.line, matchLine: written.match?.key.line)
    let wire = self.wire(written.wire)
    settings.wire = wire?.name ?? settings.wire
    if let listen = written.listen { settings.listen = self.listen(listen, of: written.name) ?? settings.listen }
    if let real = written.real, let wire { settings.real = self.real(real, schemes: wire.schemes) }
    self.resolveEnvironmentName(written, into: &settings)
    self.resolveCassette(written, into: &settings)
    if let sequence = written.sequence {
      settings.sequence = self.choice(sequence, of: SequenceRule.self) ?? settings.sequence
    }
    if let timing = written.streamTiming { settings.streamTiming = self.streamTiming(timing) }
    settings.protoDescriptor = self.protoDescriptor(written.protoDescriptor, of: wire)
    if let match = written.match {
      settings.match.headers = self.fieldNames(match.headers)
      settings.match.ignoredHeaders = self.fieldNames(match.ignoredHeaders)
      settings.match.ignoredQuery = match.ignoredQuery.map(\.text)
      if let wire, !wire.hasQuery, let name = match.ignoredQuery.first {
        self.report("requests of the wire `\(wire.name)` have no query", at: name, fix: "remove `query`")
      }
      settings.match.ignoredJSON = self.jsonPaths(match.ignoredJSON)
    }
    self.resolveBytes(written, wire, into: &settings)
    self.resolveTLS(written, wire, into: &settings)
    switch written.redact {
    case nil: break
    case .off: settings.redaction.isOn = false
    case .names(let names, let keep, let patterns):
      settings.redaction.names = names.map(\.text)
      settings.redaction.keep = keep.map(\.text)
      settings.redaction.patterns = self.patterns(patterns, of: wire)
    }
    settings.volatileHeaders = self.fieldNames(written.volatile)
    settings.limits.body = written.bodyLimit.flatMap { self.size($0, in: 0...Int.max) }
    settings.limits.header =
      written.headerLimit.flatMap { self.size($0, in: 1024...(16 << 20)) } ?? settings.limits.header
    if let fake = written.fake { settings.fake = self.fake(fake, of: wire) }
    if let handler = written.handler { settings.handler = self.handler(handler, of: wire, written) }
    settings.overlays = written.overlays.map { self.path($0) }
    settings.drift = written.drift.compactMap { self.driftRule($0) }
    settings.timeout = written.timeout.flatMap { self.duration($0) } ?? settings.timeout
    return settings
  }

  private mutating func protoDescriptor(
    _ written: UserConfig.Written?, of wire: ConfigContext.KnownWire?
  ) -> String? {
    guard let written else { return nil }
    guard wire?.takesSchema == true else {
      self.report(
        "the wire \(wire?.name ?? "") has no messages that a descriptor describes", at: written,
        fix: "leave `proto-descriptor` out")
      return nil
    }
    return self.path(written)
  }

  private mutating func streamTiming(_ written: UserConfig.Written) -> StreamTiming {
    if let timing = StreamTiming(written.text) { return timing }
    self.report(
      "the timing of streams is not `\(written.text)`", at: written,
      fix: "write none, recorded, or a factor such as 0.5 for half of the recorded times")
    return StreamTiming()
  }

  private mutating func fake(
    _ written: UserConfig.Fake, of wire: ConfigContext.KnownWire?
  ) -> ServiceSettings.Fake? {
    guard let model = written.model else {
      self.report(
        "`fake` names no model", at: .init(text: "", at: written.key), fix: "write `model: NAME` below it")
      return nil
    }
    guard let wire else { return nil }
    guard wire.models.contains(model.text) else {
      let names = wire.models
      self.report(
        "the wire \(wire.name) has no model `\(model.text)`", at: model,
        nearest: nearestWord(to: model.text, among: names),
        fix: names.isEmpty
          ? "take `fake` out, or write `wire: redis`" : "write one of \(names.joined(separator: ", "))")
      return nil
    }
    var fake = ServiceSettings.Fake(model: model.text)
    fake.state = written.state
    fake.options = written.options
    self.checkOptions(written, of: model.text, wire)
    return fake
  }

  private mutating func checkOptions(
    _ written: UserConfig.Fake, of model: String, _ wire: ConfigContext.KnownWire
  ) {
    guard case .mapping(let pairs)? = written.options?.content else { return }
    let known = ["model", "state"] + (wire.modelOptions[model] ?? [])
    for (key, _) in pairs {
      guard case .text(let name) = key.content, !known.contains(name) else { continue }
      let nearest = nearestWord(to: name, among: known)
      self.problems.append(
        key.problem(
          "`fake` has no key `\(name)` for the model \(model)", nearest: nearest.map { "`\($0)`" },
          fix: nearest.map { "write `\($0):`, or remove it" }
            ?? "remove it; the keys are \(known.joined(separator: ", "))"))
    }
  }

  private mutating func checkName(_ name: UserConfig.Written) {
    guard ServiceSettings.name(madeOf: name.text) != name.text || name.text.utf8.count > 64 else { return }
    self.report(
      "`\(name.text)` is no name of a service", at: name, fix: "take 1 to 64 letters, digits, - and _, a letter first")
  }

  /// A path of the file, from where the working directory is.
  func path(_ written: UserConfig.Written) -> String {
    written.text.hasPrefix("/") || self.directory.isEmpty ? written.text : joinPath(self.directory, written.text)
  }

  private mutating func wire(_ written: UserConfig.Written?) -> ConfigContext.KnownWire? {
    let name = written?.text ?? "http"
    if let wire = self.context.wires.first(where: { $0.name == name }) { return wire }
    guard let written else { return nil }
    let names = self.context.wires.map(\.name)
    self.report(
      "there is no wire `\(name)`", at: written, nearest: nearestWord(to: name, among: names),
      fix: "write one of \(names.joined(separator: ", "))")
    return nil
  }

  private mutating func listen(_ written: UserConfig.Written, of service: UserConfig.Written) -> HostPort? {
    do throws(HostPort.Problem) {
      let address = try HostPort(parsing: written.text)
      if address.port != 0, let other = self.listeners.updateValue(service, forKey: address) {
        self.report(
          "`\(service.text)` and `\(other.text)` both listen on \(address)", at: written,
          fix: "give one of them another port, or port 0 for a free one")
      }
      return address
    } catch {
      self.report(error.message, at: written, fix: error.fix)
      return nil
    }
  }

  private mutating func real(_ written: UserConfig.Written, schemes: [String]) -> RealAddress? {
    do throws(Diagnostic) {
      let text = self.text
      return try RealAddress(written: written.text, schemes: schemes, environment: self.context.environment) {
        text.place(written, scalars: $0)
      }
    } catch {
      self.problems.append(error)
      return nil
    }
  }

  private mutating func resolveEnvironmentName(_ written: UserConfig.Service, into settings: inout ServiceSettings) {
    if let env = written.env {
      settings.environmentName = env.text
    }
    guard isEnvironmentName(settings.environmentName) else {
      return self.report(
        "`\(settings.environmentName)` is no name of an environment variable", at: written.env ?? written.name,
        fix: "set `env:` to letters, digits and _, not beginning with a digit")
    }
    if let other = self.environmentNames.updateValue(written.name, forKey: settings.environmentName) {
      self.report(
        "`\(written.name.text)` and `\(other.text)` both set \(settings.environmentName)",
        at: written.env ?? written.name, fix: "give one of them another `env:`")
    }
  }

  private mutating func resolveCassette(_ written: UserConfig.Service, into settings: inout ServiceSettings) {
    var path = written.cassette?.text ?? settings.cassette
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    if let cassette = written.cassette, path.utf8.contains(0) || path.utf8.count > 1024 {
      self.report("`cassette` is no path", at: cassette, fix: "write cassettes/\(written.name.text)")
    }
    settings.cassette = path.hasPrefix("/") || self.directory.isEmpty ? path : joinPath(self.directory, path)
    if let other = self.cassettes.updateValue(written.name, forKey: settings.cassette) {
      self.report(
        "`\(written.name.text)` and `\(other.text)` have the same cassette \(path)",
        at: written.cassette ?? written.name, fix: "give each service a folder of its own")
    }
  }

  /// What only wires have that do not know their protocol.
  private mutating func resolveBytes(
    _ written: UserConfig.Service, _ wire: ConfigContext.KnownWire?, into settings: inout ServiceSettings
  ) {
    guard let wire else { return }
    let names = self.context.wires.filter { !$0.framings.isEmpty }.map(\.name).joined(separator: " and ")
    if wire.framings.isEmpty {
      let keys = [("framing", written.framing?.key), ("ignore: bytes", written.match?.ignoredBytes.first?.at)]
      for case (let key, let spot?) in keys + [("echo", written.match?.echoes.first?.at)] {
        self.report(
          "the wire `\(wire.name)` has no `\(key)`", at: UserConfig.Written(text: "", at: spot),
          fix: "remove it; it is for \(names)")
      }
      return
    }
    if let framing = written.framing { settings.framing = self.framing(framing, of: wire) }
    for item in written.match?.ignoredBytes ?? [] {
      guard let numbers = self.numbers(item, ["offset", "length"]) else { continue }
      settings.match.bytes.masks.append(.init(offset: numbers[0], length: numbers[1]))
    }
    for item in written.match?.echoes ?? [] {
      guard let numbers = self.numbers(item, ["from", "to", "length"]) else { continue }
      settings.match.bytes.echoes.append(.init(from: numbers[0], to: numbers[1], length: numbers[2]))
    }
  }

  private mutating func framing(_ written: UserConfig.Framing, of wire: ConfigContext.KnownWire) -> Framing? {
    let all = [written.word, written.delimiter, written.idle].compactMap { $0 }
    guard all.count + (written.length == nil ? 0 : 1) == 1 else {
      self.report(
        "`framing` is one of delimiter, idle and length", at: .init(text: "", at: written.key),
        fix: "write one of them, or `framing: line`")
      return nil
    }
    let at = all.first ?? UserConfig.Written(text: "", at: written.length?.key ?? written.key)
    do throws(Framing.Problem) {
      let framing: Framing
      if let word = written.word {
        framing = try Framing(parsing: word.text)
      } else if let delimiter = written.delimiter {
        guard (1...Framing.longestDelimiter).contains(delimiter.text.utf8.count) else {
          throw Framing.Problem(
            message: "a delimiter has 1 to \(Framing.longestDelimiter) bytes",
            fix: #"write its text, such as "\r\n.\r\n""#)
        }
        framing = .delimiter(Array(delimiter.text.utf8))
      } else if let idle = written.idle {
        framing = .idle(try Framing.idle(idle.text))
      } else {
        let length = written.length
        framing = .length(
          try Framing.length(
            offset: length?.offset?.text, size: length?.size?.text, endian: length?.endian?.text,
            adjust: length?.adjust?.text))
      }
      if let problem = framing.problem(of: wire.name, wire.framings) { throw problem }
      return framing
    } catch {
      self.report(error.message, at: at, nearest: error.nearest, fix: error.fix)
      return nil
    }
  }

  private mutating func numbers(_ item: UserConfig.Item, _ keys: [String]) -> [Int]? {
    var numbers: [Int] = []
    for key in keys {
      let written = item.values[key]
      let least = key == "length" ? 1 : 0
      guard let number = written.flatMap({ Int($0.text) }), (least...65_536).contains(number) else {
        self.report(
          written.map { "`\($0.text)` is no number of bytes" } ?? "this item has no `\(key)`",
          at: written ?? UserConfig.Written(text: "", at: item.at), fix: "write `\(key):` and \(least) to 65536")
        return nil
      }
      numbers.append(number)
    }
    return numbers
  }

  mutating func choice<Choice>(_ written: UserConfig.Written, of: Choice.Type) -> Choice?
  where Choice: RawRepresentable<String> & CaseIterable {
    if let choice = Choice(rawValue: written.text) { return choice }
    let all = Choice.allCases.map(\.rawValue)
    self.report(
      "`\(written.text)` is not one of \(all.joined(separator: ", "))", at: written,
      nearest: nearestWord(to: written.text, among: all), fix: "write one of \(all.joined(separator: ", "))")
    return nil
  }

  /// Names of HTTP-like fields.
  ///
  /// Source: RFC 9110, 5.6.2, `token`.
  private mutating func fieldNames(_ list: [UserConfig.Written]) -> [String] {
    for name in list {
      let fits = name.text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
      guard !fits || name.text.isEmpty else { continue }
      self.report("`\(name.text)` is no name of a header", at: name, fix: "write the name alone, without its value")
    }
    return list.map(\.text)
  }

  private mutating func patterns(
    _ list: [UserConfig.Written], of wire: ConfigContext.KnownWire?
  ) -> [String] {
    if let first = list.first, let wire, wire.framings.isEmpty {
      let names = self.context.wires.filter { !$0.framings.isEmpty }.map(\.name).joined(separator: " and ")
      self.report(
        "the wire `\(wire.name)` has no `redact: patterns`", at: first, fix: "remove it; it is for \(names)")
    }
    for pattern in list {
      do throws(PatternError) {
        _ = try Pattern(pattern.text)
      } catch {
        self.problems.append(
          Diagnostic(
            error.description, at: self.text.place(pattern, scalars: error.offset),
            fix: "write a regular expression in quotes, such as '^TOKEN (.+)$'"))
      }
    }
    return list.map(\.text)
  }

  private mutating func jsonPaths(_ list: [UserConfig.Written]) -> [String] {
    for path in list {
      guard let problem = self.context.jsonPathProblem(path.text) else { continue }
      let place = self.text.place(path, scalars: problem.scalars)
      self.problems.append(Diagnostic(problem.message, at: place, fix: "write a JSONPath, such as \"$.items[*].id\""))
    }
    return list.map(\.text)
  }

  private mutating func size(_ written: UserConfig.Written, in bounds: ClosedRange<Int>) -> ByteSize? {
    guard let size = ByteSize(parsing: written.text) else {
      self.report(
        "`\(written.text)` is no size", at: written, fix: "write a whole number and B, KB, MB, GB, KiB, MiB or GiB")
      return nil
    }
    guard bounds.contains(size.bytes) else {
      self.report(
        "\(size) is out of bounds", at: written,
        fix: "write \(ByteSize(bounds.lowerBound)) to \(ByteSize(bounds.upperBound))")
      return nil
    }
    return size
  }

  mutating func duration(_ written: UserConfig.Written) -> Duration? {
    if let duration = Duration(parsing: written.text), duration > .zero { return duration }
    self.report(
      "`\(written.text)` is no time above zero and up to a day", at: written, fix: "write 500ms, 30s or 2m")
    return nil
  }

  /// - Parameter scalars: How far into the value the trouble is.
  mutating func report(
    _ message: String, at: UserConfig.Written, scalars: Int = 0, nearest: String? = nil, fix: String
  ) {
    let place = scalars == 0 ? self.text.place(at.at) : self.text.place(at, scalars: scalars)
    self.problems.append(Diagnostic(message, at: place, nearest: nearest.map { "`\($0)`" }, fix: fix))
  }
}

/// One path below another.
func joinPath(_ directory: String, _ name: String) -> String {
  directory.isEmpty ? name : directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
}
