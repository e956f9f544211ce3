import MockrecCore
import MockrecStore
import MockrecWire

extension Mockrec {
  /// Compares two cassettes by meaning: which requests each has alone, and how the answers to equal ones differ.
  ///
  /// Spelling, layout and comments say nothing, nor does what either cassette knows as noise.
  /// - Parameter wire: The protocol; nil for the one whose verb the first entry has.
  /// - Returns: Exit status 1 where they differ.
  /// - Throws: `Failure` with exit status 64 where there is no such cassette, 65 where one does not parse.
  public static func diff(_ a: String, _ b: String, wire: String? = nil) throws -> RunSummary {
    let left = try CassetteSide(a, wire: wire)
    let right = try CassetteSide(b, wire: wire)
    var lines: [String] = []
    var (alone, different) = (0, 0)
    for (key, entry) in left.list where right.entries[key] == nil {
      alone += 1
      lines.append("only in \(a): \(entry.name)  \(left.summary(entry))")
    }
    for (key, entry) in right.list where left.entries[key] == nil {
      alone += 1
      lines.append("only in \(b): \(entry.name)  \(right.summary(entry))")
    }
    for (key, entry) in left.list {
      guard let other = right.entries[key] else { continue }
      let found = try left.differences(entry, other, of: right)
      guard !found.isEmpty else { continue }
      different += 1
      lines.append("\(entry.name)  \(left.summary(entry))")
      for difference in found {
        lines.append("  \(difference.severity.rawValue), \(difference.kind.rawValue)  \(difference.path)")
        lines += [("-", difference.fake), ("+", difference.real)].flatMap { sign, value in
          (value ?? "nothing").split(separator: "\n").map { "    \(sign) \(String($0).printable())" }
        }
      }
    }
    let total =
      "\(counted(alone, "entry", "entries")) on one side only, \(different) of "
      + "\(counted(left.list.count { right.entries[$0.key] != nil }, "equal request")) answered differently"
    lines.append(alone + different == 0 ? "equal by meaning: \(counted(left.list.count, "entry", "entries"))" : total)
    return RunSummary(
      exitStatus: alone + different == 0 ? ExitStatus.fine : ExitStatus.finding, text: lines.map { $0 + "\n" }.joined())
  }
}

/// One of two cassettes that are compared.
private struct CassetteSide {
  /// A request, and which of the equal ones it is.
  struct Key: Hashable {
    var request: MatchKey
    var number: Int
  }

  let binding: ServiceBinding
  let folder: CassetteFolder
  private(set) var list: [(key: Key, entry: LibraryEntry)] = []
  private(set) var entries: [Key: LibraryEntry] = [:]

  init(_ path: String, wire: String?) throws {
    self.binding = try CassetteLibrary.binding(path, wire: wire)
    self.folder = try CassetteLibrary.open(self.binding)
    var counts: [MatchKey: Int] = [:]
    let served = try CassetteLibrary.entries(self.binding, in: self.folder).sorted {
      ($0.occurrence, $0.name) < ($1.occurrence, $1.name)
    }
    for entry in served {
      let request = CassetteLibrary.key(of: entry.recorded, self.binding, in: self.folder)
      counts[request, default: 0] += 1
      let key = Key(request: request, number: counts[request, default: 1])
      self.list.append((key, entry))
      self.entries[key] = entry
    }
    self.list.sort { $0.entry.name < $1.entry.name }
  }

  func summary(_ entry: LibraryEntry) -> String {
    self.binding.service.wire.summary(
      of: entry.recorded.exchange.request, with: self.binding.service.rules.redactor)
  }

  /// How the other cassette's answer differs from this one's.
  func differences(_ ours: LibraryEntry, _ theirs: LibraryEntry, of other: CassetteSide) throws -> [Difference] {
    var found: [Difference] = []
    if ours.recorded.times != theirs.recorded.times {
      found.append(
        Difference("times in a row", .value, fake: "\(ours.recorded.times)", real: "\(theirs.recorded.times)"))
    }
    let (a, b) = (try self.answer(ours), try other.answer(theirs))
    guard let a, let b else {
      if a != nil || b != nil {
        let text = { (answer: Answer?) in answer == nil ? "no response" : "a response" }
        found.append(Difference("response", .errorMode, fake: text(a), real: text(b)))
      }
      return found
    }
    // What one of them knows as noise says nothing.
    let known = try [ours, theirs].map { entry -> Noise in
      try entry.entry.response.map { response throws(Diagnostic) in
        try Noise.read(response, in: entry.source).noise
      } ?? Noise()
    }
    let second = Set(Comparison.differences(fake: a, real: b, ignoring: known[1]))
    return found
      + Comparison.differences(fake: a, real: b, ignoring: known[0]).filter {
        second.contains($0) && $0.severity != .cosmetic
      }
  }

  /// The recorded reply with every pseudonym the same; nil where there is none.
  private func answer(_ entry: LibraryEntry) throws -> Answer? {
    guard var reply = entry.recorded.exchange.reply else { return nil }
    if case .file(let name, _) = reply.body.content {
      do {
        reply.body = Body(try self.folder.open(bodyFile: name).contents(limit: 64 << 20))
      } catch {
        throw Failure.data(
          Diagnostics([Diagnostic("\(error)", at: .init(entry.source, at: entry.entry.span.lowerBound))]))
      }
    }
    let answer = self.binding.service.wire.answer(recorded: reply, to: entry.recorded.exchange.request)
    return answer?.redacted(with: self.binding.service.rules.redactor)
  }
}

extension CassetteLibrary {
  /// A folder that is read as a cassette by itself.
  ///
  /// - Parameter wire: nil for the one whose verb the first entry has.
  static func binding(_ path: String, wire: String?) throws -> ServiceBinding {
    let name = wire ?? self.wireName(path)
    guard let settings = try Mockrec.options(wire: name, cassette: path).services.first else {
      throw Failure(ExitStatus.usage, "error: there is no cassette \(path)")
    }
    return try ServiceBinding(settings, needsOrigin: false)
  }

  private static func wireName(_ path: String) -> String {
    guard let folder = try? CassetteFolder(reading: path), let name = try? folder.entryNames().first,
      let bytes = try? folder.read(name),
      let file = try? NotationParser.parse(SourceText(name: name, bytes: bytes), dialect: Wires.dialect),
      let verb = file.entries.first?.request.verb
    else { return Wires.all[0].name }
    return (Wires.all.first { $0.notationVerbs.contains(verb) } ?? Wires.all[0]).name
  }
}
