import Foundation
import MockrecCore
import MockrecEngine
import MockrecStore
import MockrecTransport
import MockrecWire

/// Learns at the end of a recording what the service varies by itself, and writes it into the new entries.
struct RecordSamples {
  private let binding: ServiceBinding
  private let samples: Int

  /// - Parameter samples: How often each safe request is asked again; at least 2.
  init(_ binding: ServiceBinding, samples: Int) {
    self.binding = binding
    self.samples = samples
  }

  /// - Parameter names: The entries that are asked again, as far as they are safe.
  /// - Returns: What came of it, for people.
  func learn(_ names: [String]) async throws -> String {
    let wire = self.binding.service.wire
    guard !names.isEmpty else { return "" }
    guard !(wire is any StreamWire) else {
      return "  \(self.binding.settings.name): --samples asks again over http only\n"
    }
    let loops = EventLoops(threads: 1)
    let curl = CurlClient(maximumConcurrent: 8)
    defer { curl.shutdown() }
    var library = ContractLibrary(
      wires: [self.binding.settings.name: wire], client: Mockrec.client(curl, loops, [self.binding]), headers: [])
    let wanted = Set(names)
    let steps = try library.units(of: self.binding, includesUnsafe: false).flatMap { try $0.steps() }.filter {
      wanted.contains(Self.name(of: $0))
    }
    var settings = VerifySettings()
    settings.samples = self.samples
    let sampler = Sampler(
      services: [.init(name: self.binding.settings.name, real: self.binding.real)], settings: settings)
    let answers = try await sampler.answers(to: steps)
    await loops.shutdown()
    return try self.write(zip(steps, answers).map { ($0, $1) }) + self.correlate(wanted)
  }

  /// Makes variables of what the service made up and the client said again.
  private func correlate(_ names: Set<String>) throws -> String {
    let folder = try CassetteFolder(writing: self.binding.settings.cassette)
    let session = try CassetteLibrary.entries(self.binding, in: folder).filter { names.contains($0.name) }
    let links = Correlation.links(session.map(self.exchange), taken: [self.binding.settings.name])
    var entries = session.map(\.entry)
    var (changed, count): (Set<Int>, Int) = ([], 0)
    for link in links where !Pseudonym.occurs(in: Array(link.value.utf8)) {
      var isUsed = false
      for use in link.uses {
        let entry = try entries[use].saying(link.name, for: link.value)
        guard entry.request != entries[use].request else { continue }
        entries[use] = entry
        changed.insert(use)
        isUsed = true
      }
      guard isUsed else { continue }
      entries[link.source].response?.capture(link.location, as: link.name)
      changed.insert(link.source)
      count += 1
    }
    for index in changed.sorted() {
      let text = NotationPrinter.print(ConversationFile(entries: [entries[index]]))
      _ = try folder.write(session[index].name, Array(text.utf8))
    }
    guard count > 0 else { return "" }
    return
      "  \(self.binding.settings.name): \(counted(count, "value")) that the service made up and the client said again"
      + " \(count == 1 ? "is a variable" : "are variables") now\n"
  }

  private func exchange(_ entry: LibraryEntry) -> Correlation.Exchange {
    let request = entry.recorded.exchange.request
    let body = request.body.bytes.flatMap { String(validating: $0, as: UTF8.self) }
    var answer: JSON?
    if let reply = entry.recorded.exchange.reply,
      case .json(let json)? = self.binding.service.wire.answer(recorded: reply, to: request)?.content
    {
      answer = json
    }
    return Correlation.Exchange(
      request: [request.start.count > 1 ? request.start[1] : ""] + request.fields.list.map(\.value)
        + (body.map { [$0] } ?? []),
      answer: answer)
  }

  private static func name(of step: VerifyStep) -> String {
    step.source.name.split(separator: "/").last.map(String.init) ?? step.source.name
  }

  private func write(_ sampled: [(step: VerifyStep, answers: [Answer])]) throws -> String {
    let folder = try CassetteFolder(writing: self.binding.settings.cassette)
    var (places, entries, unlearned): (Int, Int, [String]) = (0, 0, [])
    for (step, answers) in sampled {
      let recorded = try self.recorded(step)
      guard answers.count > 1, let recorded, Noise.disagreement(among: answers + [recorded]) == nil else {
        unlearned.append(Self.name(of: step))
        continue
      }
      let noise = Noise.learn(from: answers.map(self.comparable), recorded: recorded)
      guard !noise.isEmpty else { continue }
      let name = Self.name(of: step)
      let source = SourceText(name: name, bytes: try folder.read(name))
      var file = try NotationParser.parse(source, dialect: Wires.dialect)
      guard file.entries.count == 1, let response = file.entries[0].response else { continue }
      file.entries[0].response = noise.written(into: response)
      _ = try folder.write(name, Array(NotationPrinter.print(file).utf8))
      places += noise.findings.count
      entries += 1
    }
    var text =
      "  \(self.binding.settings.name): asked \(counted(sampled.count, "safe request")) again, \(self.samples) times each: "
    text += "\(counted(places, "place")) in \(counted(entries, "entry", "entries")) vary by themselves\n"
    if !unlearned.isEmpty { text += "  not as when recorded, so nothing was learnt:\n" + listed(unlearned) }
    return text
  }

  private func recorded(_ step: VerifyStep) throws -> Answer? {
    let wire = self.binding.service.wire
    let exchange = try wire.exchange(from: step.entry, in: step.source).exchange
    return exchange.reply.flatMap { wire.answer(recorded: $0, to: exchange.request) }
  }

  /// An answer as the cassette would hold it.
  private func comparable(_ answer: Answer) -> Answer {
    let clean = self.binding.comparable(answer)
    let fields = Fields(
      clean.fields.list.filter { !self.binding.volatile.contains($0.name.lowercased()) }.map { ($0.name, $0.value) })
    return clean.replacing(fields: fields)
  }
}
