/// One call of a function in a placeholder.
package struct FunctionCall: Sendable {
  let scope: ContractScope
  /// The call's own random numbers.
  let dice: Dice

  package init(_ scope: ContractScope, dice: Dice) {
    self.scope = scope
    self.dice = dice
  }

  /// - Parameter offset: Where the placeholder stands in its file: two calls in one step give two values, and the same
  ///   in every run with the same seed.
  init(_ scope: ContractScope, at offset: Int) {
    self.init(
      scope, dice: Dice(seed: scope.seed ^ (UInt64(truncatingIfNeeded: offset) &* 0x9E37_79B9_7F4A_7C15)))
  }

  /// What a function of contracts gives; nil where there is none of this name.
  package func value(of name: String, _ arguments: [ContractValue]) throws(WordError) -> ContractValue? {
    try WordTable.functions[name]?(self, arguments)
  }
}

/// Random numbers from a seed. Source: Steele, Lea, Flood, Fast splittable pseudorandom number generators (SplitMix64).
package struct Dice: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { self.state = seed }

  package mutating func next() -> UInt64 {
    self.state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = self.state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

extension WordTable {
  typealias Function = @Sendable (FunctionCall, [ContractValue]) throws(WordError) -> ContractValue

  /// What may stand in a placeholder in the place of a variable. Their arguments are those of `Vocabulary.functions`.
  static let functions: [String: Function] = [
    "newDate": { call, _ in .date(call.scope.moment) },
    "newUuid": { call, _ in
      var dice = call.dice
      return .text(uuid(dice.next(), dice.next()))
    },
    "getEnv": { call, arguments throws(WordError) in
      let name = try arguments.text(0, of: "getEnv")
      guard let value = call.scope.services.environment(name) else {
        throw .cannot("there is no environment variable \(name)")
      }
      return .text(value)
    },
    "randomBool": { call, _ in
      var dice = call.dice
      return .json(.bool(dice.next() & 1 == 0))
    },
    "randomInt": { call, arguments throws(WordError) in
      let (low, high) = (try arguments.integer(0, of: "randomInt"), try arguments.integer(1, of: "randomInt"))
      guard low <= high else { throw .misuse("randomInt takes the smaller number first") }
      var dice = call.dice
      return .number(Int.random(in: low...high, using: &dice))
    },
    "randomString": { call, arguments throws(WordError) in
      let count = try arguments.integer(0, of: "randomString")
      guard (0...65_536).contains(count) else { throw .misuse("randomString takes a length up to 65536") }
      let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
      var dice = call.dice
      return .text(String((0..<count).map { _ in letters[Int(dice.next() % UInt64(letters.count))] }))
    },
  ]

  /// Source: RFC 9562, 5.4.
  private static func uuid(_ high: UInt64, _ low: UInt64) -> String {
    let high = high & ~0xF000 | 0x4000
    let low = low & ~(0xC << 60) | (0x8 << 60)
    return String(unsafeUninitializedCapacity: 36) { text in
      var digit: UInt64 = 0
      for index in 0..<36 {
        if index == 8 || index == 13 || index == 18 || index == 23 {
          text[index] = UInt8(ascii: "-")
          continue
        }
        let value = UInt8(truncatingIfNeeded: (digit < 16 ? high : low) >> (60 - 4 * (digit % 16)) & 15)
        text[index] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
        digit += 1
      }
      return 36
    }
  }
}
