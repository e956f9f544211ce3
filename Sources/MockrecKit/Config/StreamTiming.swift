/// How fast the pieces of a recorded stream follow one another when it is replayed.
public struct StreamTiming: Sendable, Hashable {
  /// 1 for the times that were recorded, 2 for twice as long, 0 for none: a piece follows as soon as the last is taken.
  public var factor: Double

  public init(factor: Double = 0) { self.factor = factor }

  /// Nil for what is neither `none`, nor `recorded`, nor a number up to 1000.
  public init?(_ text: String) {
    switch text {
    case "none": self.init()
    case "recorded": self.init(factor: 1)
    default:
      guard let factor = Double(text), (0...1000).contains(factor) else { return nil }
      self.init(factor: factor)
    }
  }
}
