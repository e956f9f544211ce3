import MockrecWire

/// What two parties say on one connection, as an input tells it.
///
/// Bytes are the client's until `0xFE s` gives the word to the server, and `0xFE c` back to the client, who may take it
/// again: what stands between two of these is said in one go. `0xFE C` and `0xFE S` end a party, `0xFE q` is a silence,
/// and `0xFE r` with a byte behind it has what was said last said again, up to thousands of times. `0xFE` before anything
/// else is that byte itself.
struct StreamScript {
  enum Step {
    /// - Parameter turn: How many of the bytes were said at once, where the same was said again and again.
    case says(WireError.Party, [UInt8], turn: Int)
    case ends(WireError.Party)
    case silence
  }

  private(set) var steps: [Step] = []

  /// - Parameter most: Bytes that are said again, at most.
  init(_ bytes: ArraySlice<UInt8>, most: Int = 16 << 10) {
    var party = WireError.Party.client
    var said: [UInt8] = []
    var left = most
    var ended: Set<WireError.Party> = []
    func turn() {
      guard !said.isEmpty, !ended.contains(party) else {
        said = []
        return
      }
      self.steps.append(.says(party, said, turn: said.count))
      said = []
    }
    var rest = bytes
    while let byte = rest.popFirst() {
      guard byte == 0xFE, let word = rest.popFirst() else {
        said.append(byte)
        continue
      }
      switch word {
      case UInt8(ascii: "c"), UInt8(ascii: "s"):
        turn()
        party = word == UInt8(ascii: "c") ? .client : .server
      case UInt8(ascii: "C"), UInt8(ascii: "S"):
        turn()
        let who: WireError.Party = word == UInt8(ascii: "C") ? .client : .server
        if ended.insert(who).inserted { self.steps.append(.ends(who)) }
      case UInt8(ascii: "q"):
        turn()
        self.steps.append(.silence)
      case UInt8(ascii: "r"):
        turn()
        let wanted = 1 << (Int(rest.popFirst() ?? 0) % 14)
        guard case .says(let who, let bytes, let turn)? = self.steps.last else { continue }
        let times = min(wanted, left / bytes.count)
        left -= bytes.count * times
        let many = (0..<times).flatMap { _ in bytes }
        self.steps[self.steps.count - 1] = .says(who, bytes + many, turn: turn)
      default: said += word == 0xFE ? [0xFE] : [0xFE, word]
      }
    }
    turn()
  }

  /// Bytes that a party says in all.
  func count(_ party: WireError.Party) -> Int {
    self.steps.reduce(0) { sum, step in
      if case .says(party, let bytes, _) = step { sum + bytes.count } else { sum }
    }
  }

  func bytes(_ party: WireError.Party) -> [UInt8] {
    self.steps.flatMap { step in
      if case .says(party, let bytes, _) = step { bytes } else { [UInt8]() }
    }
  }
}
