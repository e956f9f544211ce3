import MockrecCore
import MockrecWire

extension VerifyPlan {
  /// What is wrong with the contracts, found before the first request: words that are not evaluated, names that nothing
  /// defines, services without a real one to ask.
  ///
  /// - Throws: What units throw that cannot be read.
  package func problems() throws -> [Diagnostic] { try self.units.flatMap { self.problems(in: try $0.steps()) } }

  private func problems(in steps: [VerifyStep]) -> [Diagnostic] {
    var problems: [Diagnostic] = []
    var defined = Set(self.services.map(\.name)).union(self.settings.variables.keys)
    for step in steps {
      problems += ContractCheck.problems(
        in: step.entry, of: step.source, defined: &defined, services: self.settings.services)
      problems += self.options(of: step) + Self.sections(of: step) + step.markProblems
      if !step.isRecorded { problems += step.wire.problems(of: step.entry, in: step.source) }
      if self.settings.only != .fake { problems += self.missingReal(step) }
      if let problem = self.rehearse(step) { problems.append(problem) }
    }
    return problems
  }

  /// Options that nothing obeys.
  private func options(of step: VerifyStep) -> [Diagnostic] {
    let known = step.wire.contractOptions.union(StepOptions.names)
    return step.options.compactMap { option in
      guard let name = option.key.literal, !known.contains(name) else { return nil }
      return Diagnostic(
        "the option \(name) means nothing to \(step.entry.request.verb)",
        at: Diagnostic.Place(step.source, at: option.span.lowerBound),
        fix: "leave it out; these do: \(known.sorted().joined(separator: ", "))")
    }
  }

  /// Sections that nothing heeds.
  private static func sections(of step: VerifyStep) -> [Diagnostic] {
    step.entry.request.sections.filter { !step.wire.requestSections.contains($0.kind) }.map { section in
      Diagnostic(
        "[\(section.name)] means nothing to \(step.entry.request.verb)",
        at: Diagnostic.Place(step.source, at: section.span.lowerBound), fix: "leave it out")
    }
  }

  private func missingReal(_ step: VerifyStep) -> [Diagnostic] {
    self.services(of: step).filter { $0.real == nil }.map {
      Diagnostic(
        "the service \($0.name) has no real one to ask", at: step.place,
        fix: "give `real` in mockrec.yaml or with --real, or ask the fake alone with --only fake")
    }
  }

  /// Renders the request where all its variables are known already, so that a request that cannot be sent is found now.
  private func rehearse(_ step: VerifyStep) -> Diagnostic? {
    var known = self.settings.variables
    for service in self.services { known[service.name] = service.real.map { .text($0) } }
    guard step.placeholders.allSatisfy({ known[$0] != nil }) else { return nil }
    let scope = ContractScope(known, services: self.settings.services, readFile: step.readFile)
    do {
      let options = try StepOptions(step, in: scope)
      guard !options.isSkipped else { return nil }
      _ = try step.wire.contractRequest(for: step.entry, scope: scope, file: step.source)
      return nil
    } catch {
      return error
    }
  }

  func services(of step: VerifyStep) -> [VerifyReport.Service] {
    let names = step.placeholders
    return self.services.filter { names.contains($0.name) }
  }
}

extension VerifyStep {
  var options: [KeyValue] {
    var options: [KeyValue] = []
    for section in self.entry.request.sections where section.kind == .options {
      if case .pairs(let pairs) = section.lines { options += pairs }
    }
    return options
  }

  /// The names between braces anywhere in the request.
  var placeholders: [String] {
    let request = self.entry.request
    var templates = [request.target] + request.headers.flatMap { [$0.key, $0.value] }
    for section in request.sections {
      if case .pairs(let pairs) = section.lines { templates += pairs.flatMap { [$0.key, $0.value] } }
    }
    for body in request.body?.each ?? [] {
      switch body {
      case .json(let template), .xml(let template), .oneline(let template), .file(let template):
        templates.append(template)
      case .multiline(let text): templates.append(text.text)
      case .hex, .base64, .messages: break
      }
    }
    return templates.flatMap(\.placeholders)
  }
}
