import MockrecCore
import MockrecEngine

extension ControlAPI {
  /// What overlays are called whose text stands in no file.
  private static let textName = "overlay"
  /// How long an overlay's name may be. Characters.
  private static let longestOverlayName = 200

  func listOverlays(_ request: ControlRequest) throws -> ControlAnswer {
    let overlays = try self.overlays(request)
    return ControlAnswer(200, .array(overlays.all.map(Self.json)))
  }

  func addOverlay(_ request: ControlRequest) throws -> ControlAnswer {
    let overlays = try self.overlays(request)
    let overlay = try self.overlay(of: request, named: nil, in: overlays)
    try self.put(overlay) { try overlays.add($0) }
    return try self.shown(overlay.name, in: overlays, 201)
  }

  func changeOverlay(_ request: ControlRequest) throws -> ControlAnswer {
    let overlays = try self.overlays(request)
    let name = request.place("overlay")
    let overlay = try self.overlay(of: request, named: name, in: overlays)
    try self.put(overlay) { try overlays.replace(name, with: $0) }
    return try self.shown(name, in: overlays)
  }

  func switchOverlay(_ request: ControlRequest) throws -> ControlAnswer {
    let overlays = try self.overlays(request)
    let name = request.place("overlay")
    var fields = try ControlFields(try request.json())
    guard let isOn = try fields.bool("active") else {
      throw ControlProblem.wrong("active", "`active` has to be given: true or false")
    }
    try fields.finish(known: ["active"])
    try Self.changing(name) { try overlays.switchOverlay(name, on: isOn) }
    return try self.shown(name, in: overlays)
  }

  func removeOverlay(_ request: ControlRequest) throws -> ControlAnswer {
    let overlays = try self.overlays(request)
    let name = request.place("overlay")
    try Self.changing(name) { try overlays.remove(name) }
    return ControlAnswer(204)
  }

  private func overlays(_ request: ControlRequest) throws -> SessionOverlays {
    let session = try self.session(request)
    guard let overlays = self.overlays.overlays(of: session) else {
      throw ControlProblem.missing("session", "the session '\(session.name)' is closed")
    }
    return overlays
  }

  private func put(_ overlay: Overlay, _ body: (PlannedOverlay) throws -> Void) throws {
    let planned = self.overlays.planned(overlay)
    try Self.changing(overlay.name) { try body(planned) }
    self.overlays.keep(planned)
  }

  private func shown(_ name: String, in overlays: SessionOverlays, _ status: Int = 200) throws -> ControlAnswer {
    let all = overlays.all
    guard let shown = all.first(where: { $0.name == name }) ?? all.first(where: { $0.file == name }) else {
      return ControlAnswer(status)
    }
    return ControlAnswer(status, Self.json(shown))
  }

  /// What does not compile, and what cannot be changed, as problems.
  private static func changing(_ name: String, _ body: () throws -> Void) throws {
    do { try body() } catch let failure as Failure {
      throw Self.unreadable(failure.description)
    } catch let refusal as SessionOverlays.Refusal {
      switch refusal {
      case .unknown(let names):
        let nearest = nearestWord(to: name, among: names).map { "; nearest: \($0)" } ?? ""
        throw ControlProblem.missing("overlay", "no overlay of the session is called '\(name)'\(nearest)")
      case .exists:
        throw ControlProblem(409, "there is such an overlay", "change it: PUT /sessions/…/overlays/\(name)")
      case .tooMany:
        throw ControlProblem(
          409, "there are too many", "\(SessionOverlays.most) overlays were added already: take some away")
      case .isOfFile(let file):
        throw ControlProblem(
          409, "this overlay is a file's", "\(file) can only be switched off: PATCH with {\"active\": false}")
      }
    }
  }

  private static func unreadable(_ text: String) -> ControlProblem {
    ControlProblem(400, "this overlay does not compile", text, field: "/\(Self.textName)")
  }

  /// Reads an overlay: the text of a file in `overlay`, or the overlay itself, of which JSON is a spelling.
  ///
  /// - Parameter name: What it is called where it does not say; one is made up without it.
  private func overlay(
    of request: ControlRequest, named name: String?, in overlays: SessionOverlays
  ) throws -> Overlay {
    let json = try request.json()
    var text: String
    var called: String?
    if case .object? = json, json?["rules"] != nil {
      text = String(decoding: request.body, as: UTF8.self)
      // JSON's escapes that YAML has not.
      if text.contains("\\") || text.contains("\t"), let json { text = json.description }
    } else {
      var fields = try ControlFields(json)
      let given = try fields.text("overlay")
      called = try fields.text("name")
      try fields.finish(known: ["overlay", "name", "rules"])
      guard let given else { throw ControlProblem.wrong("overlay", "`overlay` or `rules` has to be given") }
      text = given
    }
    guard text.utf8.count <= OverlayFile.maximumBytes else {
      throw ControlProblem(413, "this is too long", "an overlay has \(ByteSize(OverlayFile.maximumBytes)) at most")
    }
    var overlay: Overlay
    do throws(Diagnostics) {
      overlay = try OverlayFile.parse(text, path: Self.textName, orName: "name")
    } catch {
      throw Self.unreadable(error.description)
    }
    if overlay.name == Self.textName { overlay.name = called ?? name ?? overlays.freeName }
    guard called == nil || overlay.name == called else {
      throw ControlProblem.wrong("name", "the overlay's text calls it '\(overlay.name)', and `name` '\(called ?? "")'")
    }
    guard name == nil || overlay.name == name else {
      throw ControlProblem.wrong("name", "the overlay '\(name ?? "")' cannot be renamed to '\(overlay.name)'")
    }
    guard !overlay.name.isEmpty, overlay.name.count <= Self.longestOverlayName else {
      throw ControlProblem.wrong("name", "an overlay's name has 1 to \(Self.longestOverlayName) characters")
    }
    return overlay
  }

  private static func json(_ overlay: SessionOverlays.Shown) -> JSON {
    var members: [(String, JSON)] = [("name", .string(overlay.name))]
    if let file = overlay.file { members.append(("file", .string(file))) }
    members += [("active", .bool(overlay.isOn)), ("rules", .array(overlay.rules.map(Self.json)))]
    return .members(members)
  }

  private static func json(_ rule: OverlayPlan.Outcome) -> JSON {
    var members: [(String, JSON)] = [("number", .count(rule.number)), ("line", .count(rule.line))]
    if let service = rule.service { members.append(("service", .string(service))) }
    members += [
      ("fault", .string(rule.name)), ("active", .bool(rule.isActive)), ("matched", .count(rule.matched)),
      ("fired", .count(rule.fired)), ("idle", .count(rule.idle)),
    ]
    return .members(members)
  }
}
