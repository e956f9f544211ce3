import MockrecCore
import MockrecEngine
import NIOCore

extension ControlAPI {
  /// All operations, in the order of the document.
  var routes: [ControlRoute] {
    [
      self.now("GET", "/openapi.json", "This document.") { _ in ControlAnswer(200, self.document) },
      self.now("GET", "/health", "Whether the run serves.") { _ in
        ControlAnswer(200, .members([("status", .string("ok"))]))
      },
      // Services listen before this is told where it does.
      self.now("GET", "/ready", "Whether all services listen.") { _ in
        ControlAnswer(200, .members([("status", .string("ready")), ("services", .count(self.services.count))]))
      },
      self.now("POST", "/reset", "What the reset of a session does, in all sessions.", status: 204) { _ in
        self.resetAll()
      },
      self.now("GET", "/services", "The services and where they listen.", reply: Self.servicesSchema) { _ in
        ControlAnswer(200, .array(self.services.map { Self.json($0.name, $0.wire, $0.address) }))
      },
      self.now("POST", "/shutdown", "Ends the run, as SIGTERM does.", status: 202) { _ in
        self.table.endWaits()
        self.shutDown()
        return ControlAnswer(202)
      },
      self.now("GET", "/sessions", "The sessions that are open.", reply: Self.list(Self.text("Its name."))) { _ in
        ControlAnswer(200, .array(self.table.all.map { .string($0.name) }))
      },
      ControlRoute(
        method: "POST", path: "/sessions", summary: "Opens a session.", status: 201, body: Self.sessionSchema,
        reply: Self.openedSchema,
        act: { try self.openSession($0) }),
      ControlRoute(
        method: "DELETE", path: "/sessions/{session}", summary: "Closes a session, and gives back all it had.",
        status: 204, body: nil, act: { try self.closeSession($0) }),
      self.now(
        "POST", "/sessions/{session}/reset",
        "Counts, states, models and clocks begin anew, the log and the misses are empty.",
        status: 204
      ) { try self.reset($0) },
      self.now("GET", "/sessions/{session}/entries", "The entries that were added.", query: ["service"]) {
        try self.entries($0)
      },
      self.now(
        "POST", "/sessions/{session}/entries", "Adds entries: all, or none.", status: 201, body: Self.entriesSchema
      ) { try self.addEntries($0, replacing: false) },
      self.now(
        "PUT", "/sessions/{session}/entries", "Puts these in the place of all that were added.",
        body: Self.entriesSchema
      ) { try self.addEntries($0, replacing: true) },
      self.now(
        "DELETE", "/sessions/{session}/entries", "Takes away all that were added.", status: 204, query: ["service"]
      ) {
        try self.removeEntries($0)
      },
      self.now(
        "PUT", "/sessions/{session}/entries/{service}/{entry}", "Changes an entry.", body: Self.entrySchema
      ) { try self.changeEntry($0) },
      self.now("DELETE", "/sessions/{session}/entries/{service}/{entry}", "Takes an entry away.", status: 204) {
        try self.removeEntry($0)
      },
      self.now("GET", "/sessions/{session}/overlays", "Its overlays, and what their rules came to.") {
        try self.listOverlays($0)
      },
      self.now(
        "POST", "/sessions/{session}/overlays", "Adds an overlay behind those that there are.", status: 201,
        body: Self.overlaySchema
      ) { try self.addOverlay($0) },
      self.now(
        "PUT", "/sessions/{session}/overlays/{overlay}", "Puts another in the place of one that was added.",
        body: Self.overlaySchema
      ) { try self.changeOverlay($0) },
      self.now(
        "PATCH", "/sessions/{session}/overlays/{overlay}", "Switches an overlay on or off, a file's too.",
        body: Self.object(
          ["active": .members([("type", .string("boolean"))])], required: ["active"])
      ) { try self.switchOverlay($0) },
      self.now(
        "DELETE", "/sessions/{session}/overlays/{overlay}", "Takes an overlay away that was added.", status: 204
      ) { try self.removeOverlay($0) },
      self.now("GET", "/sessions/{session}/states", "The states of scenarios, by service.") { try self.states($0) },
      self.now(
        "PUT", "/sessions/{session}/states/{service}/{scenario}", "Sets a scenario's state.", status: 204,
        body: Self.object(["state": Self.text("The state.")], required: ["state"])
      ) { try self.setState($0) },
      self.now("GET", "/sessions/{session}/services/{service}/state", "What a service holds.") { try self.state($0) },
      self.now(
        "PATCH", "/sessions/{session}/services/{service}/state", "Adds to what a service holds: all, or none.",
        status: 204, body: Self.stateSchema
      ) { try self.seed($0, replacing: false) },
      self.now(
        "PUT", "/sessions/{session}/services/{service}/state", "Puts this in the place of all that a service holds.",
        status: 204, body: Self.stateSchema
      ) { try self.seed($0, replacing: true) },
      self.now("GET", "/sessions/{session}/services/{service}/snapshots", "The snapshots of a service.") {
        try self.snapshots($0)
      },
      self.now(
        "POST", "/sessions/{session}/services/{service}/snapshots", "Takes a snapshot of a service.", status: 201
      ) { try self.takeSnapshot($0) },
      self.now(
        "POST", "/sessions/{session}/services/{service}/snapshots/{snapshot}/restore",
        "The service is as it was then.", status: 204
      ) { try self.restore($0) },
      self.now(
        "DELETE", "/sessions/{session}/services/{service}/snapshots/{snapshot}", "Drops a snapshot.", status: 204
      ) { try self.removeSnapshot($0) },
      self.now("GET", "/sessions/{session}/clock", "What time it is for each service.") { try self.clock($0) },
      self.now("POST", "/sessions/{session}/clock", "Turns the time of services.", body: Self.clockSchema) {
        try self.turnClock($0)
      },
      self.now(
        "POST", "/sessions/{session}/requests/find", "The requests that came, those that are meant.",
        body: Self.filterSchema, reply: Self.requestsSchema
      ) { try self.find($0) },
      ControlRoute(
        method: "POST", path: "/sessions/{session}/requests/wait", summary: "Waits until so many requests have come.",
        status: 200, body: Self.waitSchema, reply: Self.requestsSchema,
        others: [408: "So many have not come in time: those that have, as with 200."], act: { try self.wait($0) }),
      self.now(
        "POST", "/sessions/{session}/requests/verify", "Whether requests came as they should.", body: Self.verifySchema,
        reply: Self.verdictSchema
      ) { try self.verify($0) },
      self.now("DELETE", "/sessions/{session}/requests", "Forgets what came, misses too.", status: 204) {
        self.forgetRequests(of: try self.session($0))
      },
      self.now("GET", "/sessions/{session}/misses", "Requests that nothing answered, and what came near.") {
        ControlAnswer(200, self.misses(of: try self.session($0)))
      },
      self.now(
        "DELETE", "/sessions/{session}/misses", "Allows what was missed so far: the run does not fail by it.",
        status: 204
      ) { self.allowMisses(of: try self.session($0)) },
    ] + self.setUpRoutes
  }

  func now(
    _ method: String, _ path: String, _ summary: String, status: Int = 200, body: JSON? = nil, reply: JSON? = nil,
    query: [String] = [], takesRest: Bool = false,
    _ act: @escaping @Sendable (ControlRequest) throws -> ControlAnswer
  ) -> ControlRoute {
    ControlRoute(
      method: method, path: path, takesRest: takesRest, summary: summary, status: status, body: body, reply: reply,
      query: query
    ) { request in
      request.loop.makeSucceededFuture(try act(request))
    }
  }

  static func json(_ name: String, _ wire: String, _ address: String) -> JSON {
    .members([("name", .string(name)), ("wire", .string(wire)), ("address", .string(address))])
  }
}
