import Foundation
import MockrecCore
import MockrecEngine

extension ControlAPI {
  func entries(_ request: ControlRequest) throws(ControlProblem) -> ControlAnswer {
    let session = try self.session(request)
    return ControlAnswer(
      200,
      .array(
        try self.asked(request).flatMap { run in
          (session.scope(run.name)?.layer?.all ?? []).map { added in
            .members([
              ("service", .string(run.name)), ("id", .string(added.id)), ("entry", .string(added.text)),
            ])
          }
        }))
  }

  /// The services that `?service=` names, or all.
  private func asked(_ request: ControlRequest) throws(ControlProblem) -> [any SessionRun] {
    if let other = request.query.first(where: { $0.name != "service" }) {
      throw ControlProblem(400, "this is not understood", "there is no parameter `\(other.name)`; there is service")
    }
    guard let name = request.query.first?.value else { return self.runs }
    return [try self.run(name)]
  }

  func removeEntries(_ request: ControlRequest) throws(ControlProblem) -> ControlAnswer {
    let session = try self.session(request)
    for run in try self.asked(request) { session.scope(run.name)?.layer?.removeAll() }
    return ControlAnswer(204)
  }

  /// - Parameter replacing: Whether those that were added before are taken away.
  func addEntries(_ request: ControlRequest, replacing: Bool) throws -> ControlAnswer {
    let session = try self.session(request)
    var fields = try ControlFields(try request.json())
    let service = try fields.text("service")
    let (texts, isList) = try Self.texts(&fields)
    let run = try self.run(self.runs.count > 1 ? service ?? Self.service(of: texts) : service)
    let scope = try self.scope(session, run)
    try fields.finish(known: ["service", "entry", "entries"])
    guard let layer = scope.layer else { throw ControlProblem.missing("cassette", "\(run.name) is played by a model") }
    let ids: [String]
    do throws(Diagnostics) { ids = replacing ? try layer.replace(with: texts) : try layer.add(texts) } catch {
      let field = isList ? "/entries" + Self.place(error, of: texts.count) : "/entry"
      throw ControlProblem(400, "this does not parse", error.description, field: field)
    }
    return ControlAnswer(
      replacing ? 200 : 201,
      .members([("service", .string(run.name)), ("ids", .array(ids.map { .string($0) }))]))
  }

  /// What stands for the service in the entries' first request lines: `GET {{shop}}/a`; nil where they do not agree.
  private static func service(of texts: [String]) -> String? {
    let names = Set(texts.map { self.service(of: $0) })
    return names.count == 1 ? names.first ?? nil : nil
  }

  private static func service(of text: String) -> String? {
    let lines = text.split(whereSeparator: \.isNewline).lazy.map { $0.drop(while: \.isWhitespace) }
    guard let line = lines.first(where: { !$0.isEmpty && !$0.hasPrefix("#") }),
      let place = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).last, place.hasPrefix("{{"),
      let end = place.firstRange(of: "}}")?.lowerBound
    else { return nil }
    return place[..<end].dropFirst(2).trimmingCharacters(in: .whitespaces)
  }

  /// Which of several entries a problem is first told of; empty where it is of none of them.
  private static func place(_ problems: Diagnostics, of count: Int) -> String {
    guard let file = problems.list.first?.place?.file else { return "" }
    if count == 1 { return "/0" }
    return file.split(separator: " ").last.flatMap { Int($0) }.map { "/\($0 - 1)" } ?? ""
  }

  /// - Returns: With them, whether they are a list.
  private static func texts(_ fields: inout ControlFields) throws(ControlProblem) -> ([String], isList: Bool) {
    if let text = try fields.text("entry") { return ([text], false) }
    guard case .array(let list)? = fields.take("entries") else {
      throw .wrong("entries", "`entry` is a text of the notation, `entries` a list of such")
    }
    var texts: [String] = []
    for (index, item) in list.enumerated() {
      guard let text = item.string else { throw .wrong("entries/\(index)", "an entry is a text of the notation") }
      texts.append(text)
    }
    return (texts, true)
  }

  func changeEntry(_ request: ControlRequest) throws -> ControlAnswer {
    let scope = try self.scope(self.session(request), self.run(request.place("service")))
    var fields = try ControlFields(try request.json())
    let text = try fields.required("entry")
    try fields.finish(known: ["entry"])
    let isThere: Bool
    do throws(Diagnostics) { isThere = try scope.layer?.change(request.place("entry"), to: text) ?? false } catch {
      throw ControlProblem(400, "this does not parse", error.description, field: "/entry")
    }
    guard isThere else { throw Self.noEntry(request) }
    return ControlAnswer(200, .members([("id", .string(request.place("entry")))]))
  }

  func removeEntry(_ request: ControlRequest) throws -> ControlAnswer {
    let scope = try self.scope(self.session(request), self.run(request.place("service")))
    guard scope.layer?.remove(request.place("entry")) == true else { throw Self.noEntry(request) }
    return ControlAnswer(204)
  }

  private static func noEntry(_ request: ControlRequest) -> ControlProblem {
    .missing("entry", "no entry that was added to \(request.place("service")) has the id '\(request.place("entry"))'")
  }
}
