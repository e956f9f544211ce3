import MockrecCore
import MockrecStore
import MockrecWire

/// Puts the exchanges of cassettes into an HTTP Archive.
struct HARExport {
  private(set) var writer = HARWriter(version: Mockrec.version)
  private(set) var notes = InterchangeNotes()
  private(set) var exchanges = 0
  /// The longest body that is put into an archive, and all of them together: an archive is one JSON text.
  private static let longestBody = 64 << 20
  private static let longestArchive = 256 << 20
  private var bytes = 0

  /// Adds a cassette, in recorded order.
  ///
  /// - Throws: `Failure` with exit status 65 for a cassette that does not parse, 64 where there is none.
  mutating func add(_ settings: ServiceSettings) throws {
    let binding = try ServiceBinding(settings, needsOrigin: false)
    guard settings.wire == "http" else {
      return self.notes.add("a cassette of another protocol than HTTP", at: "\(settings.name) (\(settings.wire))")
    }
    let folder = try CassetteLibrary.open(binding)
    let address = (try? settings.real?.url())?.description ?? "http://\(settings.name).invalid"
    if (try? settings.real?.url()) == nil {
      self.notes.add("a cassette does not say of which host it is: the URLs have one that does not exist", at: address)
    }
    for entry in try CassetteLibrary.entries(binding, in: folder) {
      let place = "\(settings.cassette)/\(entry.name)"
      if entry.entry.response?.status == "101" {
        self.notes.add("a WebSocket: the exchange is left out", at: place)
        continue
      }
      guard let exchange = try self.inMemory(entry.recorded.exchange, in: folder, at: place) else { continue }
      if self.isOpaque(exchange.request, binding) || exchange.reply.map({ self.isOpaque($0, binding) }) == true {
        self.notes.add("a body in a coding that is not undone here: the exchange is left out", at: place)
        continue
      }
      self.note(entry, at: place)
      self.noteLength(of: exchange, at: place)
      try self.add(exchange, times: entry.recorded.times, binding, address)
    }
  }

  private mutating func add(_ exchange: Exchange, times: Int, _ binding: ServiceBinding, _ address: String) throws {
    guard let reply = exchange.reply, let body = reply.body.bytes else { return }
    var exchange = exchange
    let content = self.decoded(body, of: reply, binding)
    exchange.request.body = Body(self.decoded(exchange.request.body.bytes ?? [], of: exchange.request, binding))
    let item = HARWriter.Item(
      exchange: exchange, service: binding.settings.name, address: address, content: content)
    for _ in 0..<times {
      self.bytes += content.count + (exchange.request.body.count) + 1024
      guard self.bytes <= Self.longestArchive else {
        throw Failure(
          ExitStatus.usage,
          Diagnostic(
            "the archive would be longer than \(Self.longestArchive >> 20) MiB", fix: "export one service at a time"
          )
          .description)
      }
      self.writer.add(item)
      self.exchanges += 1
    }
  }

  /// The format holds bodies decoded.
  private func decoded(_ body: [UInt8], of message: Message, _ binding: ServiceBinding) -> [UInt8] {
    binding.service.wire.decoded(body, fields: message.fields, limit: Self.longestBody)
  }

  /// Whether a body is in a coding that is not undone here, such as Brotli's: an archive could only hold it wrongly.
  private func isOpaque(_ message: Message, _ binding: ServiceBinding) -> Bool {
    guard let coding = message.fields[first: "Content-Encoding"], coding.lowercased() != "identity",
      let body = message.body.bytes, !body.isEmpty
    else { return false }
    return self.decoded(body, of: message, binding) == body
  }

  /// The same exchange with what lies in files read; nil where that is too long.
  private mutating func inMemory(_ exchange: Exchange, in folder: CassetteFolder, at place: String) throws -> Exchange?
  {
    var exchange = exchange
    do {
      exchange.request.body = try Self.read(exchange.request.body, in: folder)
      for index in exchange.replies.indices {
        exchange.replies[index].message.body = try Self.read(exchange.replies[index].message.body, in: folder)
      }
      return exchange
    } catch let error as StoreError where error.reason == .tooLarge {
      self.notes.add("a body of more than \(Self.longestBody >> 20) MiB: the exchange is left out", at: place)
      return nil
    } catch {
      throw Failure(ExitStatus.data, Diagnostic("\(place): \(error)").description)
    }
  }

  private static func read(_ body: Body, in folder: CassetteFolder) throws -> Body {
    guard case .file(let name, _) = body.content else { return body }
    return Body(try folder.open(bodyFile: name).contents(limit: self.longestBody))
  }

  /// A length that importing drops, as it cannot be told from that of a body that was cut.
  private mutating func noteLength(of exchange: Exchange, at place: String) {
    guard let reply = exchange.reply, let length = reply.fields[first: "Content-Length"],
      !reply.fields.contains("Content-Encoding"), length != "\(reply.body.count)",
      exchange.request.start.first != "HEAD",
      reply.start.dropFirst().first != "304"
    else { return }
    self.notes.add(
      "a Content-Length that is not that of the body, as where secrets in it gave way: importing drops it", at: place)
  }

  /// What the format has no room for.
  private mutating func note(_ entry: LibraryEntry, at place: String) {
    let exchange = entry.recorded.exchange
    self.notes.add(
      "when an exchange happened and how long it took: cassettes do not hold it, and 1970 stands there", at: place)
    let reply = exchange.reply
    if !exchange.request.trailers.isEmpty || reply?.trailers.isEmpty == false {
      self.notes.add("trailing fields", at: place)
    }
    if reply?.fields.contains("Content-Encoding") == true {
      self.notes.add("how a body was compressed: it stands decoded, beside its Content-Encoding", at: place)
    }
    let sections = entry.entry.response?.sections ?? []
    if !sections.isEmpty { self.notes.add("asserts and captures, and what is known of noise", at: place) }
  }
}
