import MockrecCore
import MockrecWire

/// Finds the smallest edit of a recorded entry that makes the fake agree with the real service, and proves it: the
/// edited entry is read again and its answer compared as the step's was.
struct StepHealing {
  let step: VerifyStep
  let wire: any Wire
  let settings: VerifySettings
  /// The real answer as a cassette holds it.
  let recordable: Message
  /// How an answer of the fake differs from the real one, beyond what is cosmetic.
  let differences: (Answer) -> [Difference]
  let noise: Noise
  let asserted: Asserted

  private struct Candidate {
    var source: SourceText
    var bodies: [HealProposal.BodyFile] = []
  }

  /// A reason for which there is no edit.
  private struct Refusal: Error {
    var reason: String
  }

  func outcome() -> HealProposal.Outcome {
    do {
      let before = try self.reading(Candidate(source: self.step.source))
      let differences = self.differences(before.answer)
      guard !differences.isEmpty else {
        throw Refusal(reason: "the fake did not answer with this entry, or breaks its asserts")
      }
      var left = differences
      for isWhole in [false, true] {
        guard let candidate = try self.candidate(before, differences, isWhole: isWhole) else { continue }
        guard let after = try? self.reading(candidate) else { continue }
        left = self.differences(after.answer)
        if left.isEmpty, let edit = TextEdit(from: self.step.source.bytes, to: candidate.source.bytes) {
          return .edit(edit, bodies: candidate.bodies)
        }
      }
      throw Refusal(reason: "no edit was found that makes \(left.first?.path ?? "it") agree")
    } catch let refusal as Refusal {
      return .refused(refusal.reason)
    } catch let diagnostic as Diagnostic {
      return .refused(diagnostic.message)
    } catch {
      return .refused("its body cannot be written down: \(error)")
    }
  }

  private struct Reading {
    var response: Response
    var recorded: RecordedExchange
    var answer: Answer
  }

  /// The step's entry in a text, and what a fake would answer with it.
  private func reading(_ candidate: Candidate) throws -> Reading {
    let old = try NotationParser.parse(self.step.source, dialect: self.wire.dialect)
    let entries = try NotationParser.parse(candidate.source, dialect: self.wire.dialect).entries
    // An edit does not change how many entries there are.
    guard let index = old.entries.firstIndex(where: { $0.span.lowerBound == self.step.entry.span.lowerBound }),
      entries.count == old.entries.count, let response = entries[index].response
    else { throw Refusal(reason: "its entry is not found again") }
    var recorded = try self.wire.exchange(from: entries[index].recalled(), in: candidate.source)
    guard var reply = recorded.exchange.reply else { throw Refusal(reason: "its entry has no reply") }
    if case .file(let name, _) = reply.body.content {
      guard let bytes = candidate.bodies.first(where: { $0.name == name })?.bytes ?? self.step.readFile(name) else {
        throw Refusal(reason: "its body file \(name) cannot be read")
      }
      reply.body = Body(bytes)
      recorded.exchange.replies = [.init(reply)]
    }
    guard let answer = self.wire.answer(recorded: reply, to: recorded.exchange.request) else {
      throw Refusal(reason: "its body is too long")
    }
    return Reading(response: response, recorded: recorded, answer: answer)
  }

  /// The entry with the real answer's status, headers and body where they differ.
  ///
  /// - Parameter isWhole: Whether a body that differs is replaced whole, not value by value.
  /// - Returns: nil where the body cannot be edited in this way.
  private func candidate(_ before: Reading, _ differences: [Difference], isWhole: Bool) throws -> Candidate? {
    guard let real = self.wire.answer(recorded: self.recordable, to: before.recorded.exchange.request) else {
      return nil
    }
    let edit = try EntryEdit(before.response, in: self.step.source)
    var candidate = Candidate(source: self.step.source)
    var edits = edit.head(real, by: differences)
    let isBody = differences.contains { $0.path != "status" && !$0.path.hasPrefix("header ") }
    // Another coding makes other bytes of the same body.
    let isRecoded = differences.contains { $0.path.equalsIgnoringCase("header Content-Encoding") }
    if isWhole {
      var exchange = before.recorded.exchange
      exchange.request.body = Body()
      exchange.replies = [.init(self.recordable)]
      let entry = try self.wire.entry(
        for: exchange, service: "service", times: 1, digest: nil, volatile: []
      ) { bytes, suffix in
        let digest = self.settings.services.sha256(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let name = "bodies/\(digest).\(suffix)"
        candidate.bodies = [.init(name: name, bytes: bytes)]
        return name
      }
      guard let response = entry.response else { return nil }
      edits += edit.body(response)
    } else if isRecoded {
      return nil
    } else if isBody {
      guard
        let body = edit.json(before.answer, real, by: differences, noise: self.noise, asserted: self.asserted)
      else { return nil }
      edits += body + edit.withoutPieces()
    }
    guard let text = edits.applied(to: self.step.source.bytes) else { return nil }
    candidate.source = SourceText(name: self.step.source.name, bytes: text)
    guard isBody || isWhole else { return candidate }
    return try self.withLength(candidate)
  }

  private func withLength(_ candidate: Candidate) throws -> Candidate {
    let after = try self.reading(candidate)
    let edit = try EntryEdit(after.response, in: candidate.source)
    guard let count = after.recorded.exchange.reply?.body.bytes?.count, let length = edit.length(count),
      let text = [length].applied(to: candidate.source.bytes)
    else { return candidate }
    return Candidate(source: SourceText(name: candidate.source.name, bytes: text), bodies: candidate.bodies)
  }
}
