import MockrecCore

/// How long a reply is held back: `# @delay 250ms` above a response line. A class, as few replies have one and each has
/// room for it.
package final class ReplyDelay: Sendable {
  private let latency: Latency

  package init(_ latency: Latency) { self.latency = latency }

  /// What an entry says; nil where it says nothing.
  package init?(_ entry: Entry, in source: SourceText) throws(Diagnostic) {
    if let mark = entry.leading.lazy.compactMap({ Mark($0) }).first(where: { $0.name == Self.mark }) {
      throw Diagnostic(
        "`@delay` is of the reply, and stands above the request line",
        at: mark.place(in: source, before: entry.span.lowerBound), fix: "write it above the response line")
    }
    guard let response = entry.response,
      let mark = response.leading.lazy.compactMap({ Mark($0) }).last(where: { $0.name == Self.mark })
    else { return nil }
    let node = try mark.node(
      "a time such as `250ms`, or a distribution such as `uniform: [100ms, 300ms]`", in: source,
      before: response.span.lowerBound)
    self.latency = try Latency(node, "@delay")
  }

  private static let mark = "delay"

  /// - Parameters:
  ///   - seed: The run's; `key` is a hash of the request's key, `occurrence` how often it came before.
  package func time(seed: UInt64, key: UInt64, occurrence: Int) -> Duration {
    var draw = FaultDraw(seed: seed, overlay: "@delay", rule: 0, key: key, occurrence: occurrence)
    return self.latency.sample(&draw)
  }
}
