import MockrecCore
import MockrecEngine
import MockrecWire

/// Records the exchanges of an HTTP Archive, each origin's in the cassette of its service.
struct HARImport {
  /// The exchanges of one origin.
  struct Group {
    var settings: ServiceSettings
    var origin: RealURL
    var items: [HARArchive.Item]
  }

  let archive: HARArchive
  let options: ImportOptions
  /// The services of mockrec.yaml, where there is one.
  let known: [ServiceSettings]

  /// What is to be recorded where, in the order in which origins were first asked. Reads and writes nothing.
  ///
  /// - Parameter leftOut: Is told of what the options leave out.
  func groups(leftOut: inout InterchangeNotes) throws -> [Group] {
    var order: [String] = []
    var items: [String: [HARArchive.Item]] = [:]
    for item in self.archive.items {
      guard let item = self.chosen(item) else {
        leftOut.add("another origin than --origin \(self.options.origin?.description ?? "")", at: "\(item.origin)")
        continue
      }
      // What mockrec exported says of which service it was.
      let key = item.service.map { "\(item.origin) \($0)" } ?? item.origin
      if items[key] == nil { order.append(key) }
      items[key, default: []].append(item)
    }
    guard order.count < 2 || self.options.cassette == nil && self.options.service == nil else {
      let counts = order.map { "\($0) (\(counted(items[$0]?.count ?? 0, "exchange")))" }
      throw Failure.usage(
        Diagnostic(
          "the archive has exchanges of \(order.count) origins, which do not go into one cassette",
          fix: "choose one with --origin:\n\(counts.joined(separator: "\n"))"))
    }
    var names: Set<String> = []
    return try order.map { key in
      let items = items[key] ?? []
      let origin = try self.options.origin ?? self.url(items[0].origin)
      var settings = try self.settings(items[0], origin)
      if !names.insert(settings.name).inserted {
        // The same host over http and https, or under two names that come to the same.
        settings = ServiceSettings(name: "\(settings.name)-\(names.count + 1)")
        names.insert(settings.name)
      }
      return Group(settings: settings, origin: origin, items: items)
    }
  }

  /// The exchange with the target that the chosen origin is asked with; nil for one of another origin.
  private func chosen(_ item: HARArchive.Item) -> HARArchive.Item? {
    guard let origin = self.options.origin else { return item }
    var item = item
    var root = origin
    root.basePath = ""
    guard WebAddress(root.description)?.origin == item.origin else { return nil }
    guard !origin.basePath.isEmpty else { return item }
    let target = item.exchange.request.start[1]
    let rest = target.dropFirst(origin.basePath.count)
    guard target.hasPrefix(origin.basePath), rest.isEmpty || rest.first == "/" || rest.first == "?" else { return nil }
    item.exchange.request.start[1] = rest.first == "/" ? String(rest) : "/\(rest)"
    return item
  }

  private func url(_ origin: String) throws -> RealURL {
    do throws(RealURL.Problem) {
      return try RealURL(parsing: origin, schemes: ["http", "https"])
    } catch {
      throw Failure(ExitStatus.data, Diagnostic("the origin \(origin): \(error.message)").description)
    }
  }

  /// The service that the exchanges are of: the one that was named, the one of mockrec.yaml with this address, or one that
  /// is named after its host.
  private func settings(_ item: HARArchive.Item, _ origin: RealURL) throws -> ServiceSettings {
    if let name = self.options.service, Self.name(name) != name.lowercased() {
      throw Failure.usage(
        Diagnostic(
          "--service \(name) is no name of a service", fix: "take 1 to 64 letters, digits, - and _, a letter first"))
    }
    let named = self.options.service ?? item.service.flatMap(Self.name)
    var settings: ServiceSettings
    if let named {
      settings = self.known.first { $0.name == named } ?? ServiceSettings(name: named)
    } else if let folder = self.options.cassette {
      settings = try Mockrec.options(wire: "http", cassette: folder).services[0]
    } else {
      settings =
        self.known.first { (try? $0.real?.url())?.description == origin.description }
        ?? ServiceSettings(name: Self.name(item.authority) ?? "imported")
    }
    guard settings.wire == "http" else {
      throw Failure.usage(
        Diagnostic("service \(settings.name) speaks \(settings.wire): a HAR holds exchanges of HTTP"))
    }
    if let folder = self.options.cassette { settings.cassette = folder }
    return settings
  }

  /// A name of a service, made of a host and its port. nil where none is left.
  static func name(_ text: String) -> String? {
    let words = text.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-")) }
    let name = words.joined(separator: "-")
    return name.isEmpty ? nil : String(ServiceSettings.name(madeOf: name).prefix(64))
  }

  /// Records a group as `mockrec record` does. What is on its way over one connection only, and the origin's own address in
  /// redirects, are treated as if they had passed through mockrec.
  static func record(_ group: Group, mode: RecordMode, journal: RunJournal, console: Console) throws -> RecordSummary {
    let binding = try ServiceBinding(group.settings, needsOrigin: false)
    let recorder = try RecordRun.recorder(binding, mode: mode, loops: nil, journal: journal, console: console)
    let wire = binding.service.wire
    let address = OriginAddress(
      scheme: group.origin.scheme, host: group.origin.host, port: group.origin.effectivePort,
      basePath: group.origin.basePath, tls: group.origin.scheme == "https" ? ClientTLS() : nil)
    for item in group.items {
      var exchange = item.exchange
      let reply = exchange.replies[0].message
      var head = wire.incoming(Message(start: reply.start, fields: reply.fields), from: address)
      head.body = reply.body
      exchange.replies[0].message = head
      recorder.keep(exchange)
    }
    return recorder.finish()
  }
}

extension RealURL {
  /// The port, or that of the scheme.
  var effectivePort: Int { self.port ?? (self.scheme == "https" ? 443 : 80) }
}
