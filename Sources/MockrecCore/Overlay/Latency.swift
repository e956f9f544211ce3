#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long something takes: a fixed time, or one drawn from a distribution.
package struct Latency: Sendable, Hashable {
  package enum Distribution: Sendable, Hashable {
    case fixed(Duration)
    case uniform(Duration, Duration)
    case normal(mean: Duration, deviation: Duration)
    /// The logarithm is normal, with the deviation `sigma`.
    case logNormal(median: Duration, sigma: Double)
    /// Seldom very long: the smaller the shape, the longer its tail.
    case pareto(minimum: Duration, shape: Double)
  }

  package var distribution: Distribution
  /// Added or taken away, evenly.
  package var jitter: Duration

  package init(_ distribution: Distribution, jitter: Duration = .zero) {
    self.distribution = distribution
    self.jitter = jitter
  }

  package static let longest = Duration.seconds(3600)

  /// From nothing to an hour.
  package func sample(_ draw: inout FaultDraw) -> Duration {
    var seconds =
      switch self.distribution {
      case .fixed(let time): time.seconds
      case .uniform(let low, let high): low.seconds + (high.seconds - low.seconds) * draw.unit()
      case .normal(let mean, let deviation): mean.seconds + deviation.seconds * Self.normal(&draw)
      case .logNormal(let median, let sigma): median.seconds * exp(sigma * Self.normal(&draw))
      case .pareto(let minimum, let shape): minimum.seconds / pow(1 - draw.unit(), 1 / shape)
      }
    if self.jitter > .zero { seconds += self.jitter.seconds * (2 * draw.unit() - 1) }
    return .nanoseconds(Int64(max(0, min(seconds, Self.longest.seconds)) * 1e9))
  }

  /// Source: Box and Muller, A note on the generation of random normal deviates (1958).
  private static func normal(_ draw: inout FaultDraw) -> Double {
    let (first, second) = (1 - draw.unit(), draw.unit())
    return (-2 * log(first)).squareRoot() * cos(2 * Double.pi * second)
  }
}

extension Latency {
  private static let words = ["uniform", "normal", "log-normal", "pareto", "fixed", "jitter"]

  /// Reads a time, or a distribution.
  package init(_ node: OverlayNode, _ name: String) throws(Diagnostic) {
    if case .text = node.content {
      self.init(.fixed(try Self.time(node, name)))
      return
    }
    var fields = try OverlayFields(node, of: "`\(name)`")
    var found: [Distribution] = []
    if let value = fields.take("fixed") { found.append(.fixed(try Self.time(value, "fixed"))) }
    if let value = fields.take("uniform") {
      let ends = try value.list("uniform")
      guard ends.count == 2,
        case (let low, let high) = (try Self.time(ends[0], "uniform"), try Self.time(ends[1], "uniform")),
        low <= high
      else { throw value.problem("`uniform` has two times, the shorter first", fix: "write `uniform: [10ms, 50ms]`") }
      found.append(.uniform(low, high))
    }
    if let value = fields.take("normal") {
      let parts = try Self.parts(value, "normal", "mean", "deviation")
      found.append(.normal(mean: try Self.time(parts.0, "mean"), deviation: try Self.time(parts.1, "deviation")))
    }
    if let value = fields.take("log-normal") {
      let parts = try Self.parts(value, "log-normal", "median", "sigma")
      found.append(
        .logNormal(median: try Self.time(parts.0, "median"), sigma: try parts.1.number("sigma", in: 0...10)))
    }
    if let value = fields.take("pareto") {
      let parts = try Self.parts(value, "pareto", "minimum", "shape")
      found.append(
        .pareto(minimum: try Self.time(parts.0, "minimum"), shape: try parts.1.number("shape", in: 0.1...100)))
    }
    let jitter = try fields.take("jitter").map { value throws(Diagnostic) in try Self.time(value, "jitter") }
    try fields.finish(known: Self.words)
    guard found.count == 1 else {
      throw node.problem(
        "`\(name)` is one time or one distribution",
        fix: "write one of \(Self.words.dropLast().joined(separator: ", "))")
    }
    self.init(found[0], jitter: jitter ?? .zero)
  }

  private static func time(_ node: OverlayNode, _ name: String) throws(Diagnostic) -> Duration {
    let time = try node.duration(name)
    guard time <= Self.longest else {
      throw node.problem("`\(name)` is longer than an hour", fix: "write `1h` or less")
    }
    return time
  }

  private static func parts(
    _ node: OverlayNode, _ name: String, _ first: String, _ second: String
  ) throws(Diagnostic) -> (OverlayNode, OverlayNode) {
    var fields = try OverlayFields(node, of: "`\(name)`")
    guard let a = fields.take(first), let b = fields.take(second) else {
      throw node.problem("`\(name)` needs `\(first)` and `\(second)`", fix: "write both")
    }
    try fields.finish(known: [first, second])
    return (a, b)
  }
}

extension Duration {
  /// As a number of seconds.
  package var seconds: Double {
    Double(self.components.seconds) + Double(self.components.attoseconds) * 1e-18
  }
}
