import MockrecCore

/// What the user wrote in mockrec.yaml, value by value with its place; nothing filled in, nothing looked up.
struct UserConfig: Sendable {
  /// A value and where it stands.
  struct Written: Sendable {
    var text: String
    var at: Spot
  }

  struct Service: Sendable {
    var name: Written
    var wire: Written?
    var listen: Written?
    var real: Written?
    var env: Written?
    var cassette: Written?
    var sequence: Written?
    var match: Match?
    var redact: Redact?
    var volatile: [Written] = []
    var bodyLimit: Written?
    var headerLimit: Written?
    var timeout: Written?
    var fake: Fake?
    var handler: Handler?
    var framing: Framing?
    var drift: [Item] = []
    var overlays: [Written] = []
    var tls: Written?
    var authorities: Written?
    var certificate: Written?
    var key: Written?
    var serverName: Written?
    var insecure: Written?
    var streamTiming: Written?
    var protoDescriptor: Written?
  }

  /// The ways of `framing:` that are written; one is meant.
  struct Framing: Sendable {
    var key: Spot
    /// `line` or `connection`.
    var word: Written?
    var delimiter: Written?
    var idle: Written?
    var length: Length?
  }

  struct Length: Sendable {
    var key: Spot
    var offset: Written?
    var size: Written?
    var endian: Written?
    var adjust: Written?
  }

  /// A mapping of a list, value by value.
  struct Item: Sendable {
    var at: Spot
    var values: [String: Written] = [:]
  }

  struct Match: Sendable {
    var key: Spot
    var headers: [Written] = []
    var ignoredHeaders: [Written] = []
    var ignoredQuery: [Written] = []
    var ignoredJSON: [Written] = []
    var ignoredBytes: [Item] = []
    var echoes: [Item] = []
  }

  struct Fake: Sendable {
    var key: Spot
    var model: Written?
    var state = ServiceSettings.Fake.State.empty
    /// Everything beside the two: what the model is told.
    var options: OverlayNode?
  }

  struct Handler: Sendable {
    var key: Spot
    var command: [Written] = []
    var timeout: Written?
  }

  enum Redact: Sendable {
    case off
    case names([Written], keep: [Written], patterns: [Written])
  }

  var mode: Written?
  var services: [Service] = []
}

/// A line and column, both from 1; the column counts Unicode scalars.
struct Spot: Sendable, Hashable {
  var line: Int
  var column: Int
}
