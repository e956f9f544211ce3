import MockrecCore

/// Random numbers that are the same for the same seed, on every machine and in every process.
///
/// A test that uses it names its seed when it fails, and can be run again with it.
///
/// Source: SplitMix64, Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators" (2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var dice: Dice

  public init(seed: UInt64) { self.dice = Dice(seed: seed) }

  public mutating func next() -> UInt64 { self.dice.next() }
}
