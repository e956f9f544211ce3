import MockrecCore
import NIOCore

/// What the control API is asked.
struct ControlRequest: Sendable {
  var method: String
  /// Without query.
  var path: String
  var query: [(name: String, value: String)]
  var body: [UInt8]
  /// The values of the route's places.
  var places: [String: String] = [:]
  /// Where a later answer is worked out.
  var loop: any EventLoop

  func place(_ name: String) -> String { self.places[name] ?? "" }

  func json() throws(ControlProblem) -> JSON? {
    guard !self.body.isEmpty else { return nil }
    do throws(JSONError) { return try JSON.parse(self.body) } catch {
      throw ControlProblem(400, "this is not understood", "the body is no JSON: \(error.description)", field: "/")
    }
  }
}

struct ControlAnswer: Sendable {
  var status = 200
  /// nil for no body.
  var json: JSON?

  init(_ status: Int = 200, _ json: JSON? = nil) {
    self.status = status
    self.json = json
  }
}

/// One operation of the control API.
struct ControlRoute: Sendable {
  typealias Act = @Sendable (ControlRequest) throws -> EventLoopFuture<ControlAnswer>

  var method: String
  /// With places in braces: `/sessions/{session}`.
  var path: String
  var summary: String
  /// Its answers when all is well.
  var status: Int
  /// The schema of the request's body; nil without one.
  var body: JSON?
  var act: Act

  /// The values of its places, where the path is its.
  func places(_ path: String) -> [String: String]? {
    let (ours, theirs) = (self.path.split(separator: "/"), path.split(separator: "/"))
    guard ours.count == theirs.count else { return nil }
    var places: [String: String] = [:]
    for (our, their) in zip(ours, theirs) {
      if our.hasPrefix("{") {
        places[String(our.dropFirst().dropLast())] = PercentCoding.decode(their) ?? String(their)
      } else if our != their {
        return nil
      }
    }
    return places
  }
}
