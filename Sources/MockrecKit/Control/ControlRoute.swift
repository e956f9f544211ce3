import MockrecCore
import NIOCore

/// What the control API is asked.
struct ControlRequest: Sendable {
  var method: String
  /// Path and query as they were sent.
  var target: String
  var fields: Fields
  var body: [UInt8]
  /// The values of the route's places.
  var places: [String: String] = [:]
  /// Where a later answer is worked out.
  var loop: any EventLoop

  func place(_ name: String) -> String { self.places[name] ?? "" }

  /// Without query.
  var path: String { String(self.target.prefix { $0 != "?" }) }
  var query: [(name: String, value: String)] { WebAddress.query(of: self.target) }

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
  /// A body that is none of the API's own.
  var bytes: (content: [UInt8], type: String)?

  init(_ status: Int = 200, _ json: JSON? = nil) {
    self.status = status
    self.json = json
  }

  init(bytes: [UInt8], type: String) {
    self.status = 200
    self.bytes = (bytes, type)
  }
}

/// One operation of the control API.
struct ControlRoute: Sendable {
  typealias Act = @Sendable (ControlRequest) throws -> EventLoopFuture<ControlAnswer>

  var method: String
  /// With places in braces: `/sessions/{session}`.
  var path: String
  /// Whether its last place takes all that is left of a path, as it was sent: any number of segments.
  var takesRest = false
  var summary: String
  /// Its answers when all is well.
  var status: Int
  /// The schema of the request's body; nil without one.
  var body: JSON?
  var act: Act

  /// The values of its places, where the path is its.
  func places(_ path: String) -> [String: String]? {
    var (ours, theirs) = (self.path.split(separator: "/"), path.split(separator: "/"))
    var rest: (name: Substring, value: String)?
    if self.takesRest, let last = ours.popLast(), theirs.count >= ours.count {
      // An empty segment is one, where it is not mockrec's.
      let parts = path.split(separator: "/", maxSplits: ours.count + 1, omittingEmptySubsequences: false)
      rest = (last, parts.count > ours.count + 1 ? String(parts[ours.count + 1]) : "")
      theirs = Array(theirs.prefix(ours.count))
    }
    guard ours.count == theirs.count else { return nil }
    var places: [String: String] = [:]
    if let rest { places[String(rest.name.dropFirst().dropLast())] = rest.value }
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
