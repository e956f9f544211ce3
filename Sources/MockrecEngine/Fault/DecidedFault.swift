import MockrecCore
import MockrecWire

/// A rule that fired, and what is drawn for it.
struct DecidedFault {
  var rule: FaultRule
  var draw: FaultDraw

  /// What is told that the fault had nothing to act on; nil where it has an effect in any case.
  var count: FaultCount? { self.rule.fault.pace == Pace() ? self.rule.count : nil }

  /// How the reply's bytes are sent; nil for as always.
  mutating func shape() -> ReplyShape? {
    let pace = self.rule.fault.pace
    var shape = ReplyShape()
    if let count = self.count { shape.wasIdle = { count.idled() } }
    if let firstByte = pace.firstByte { shape.delay = firstByte.sample(&self.draw) }
    shape.rate = pace.rate
    shape.pieces = pace.pieces
    switch self.rule.fault.effect {
    case .closeEarly(let missing): shape.ending = .closedEarly(missing: missing)
    case .reset(.middle): shape.ending = .reset(half: true)
    case .reset(.after): shape.ending = .reset(half: false)
    case .answerTwice: shape.copies = 2
    case .reorder(let within): shape.yieldsFor = within
    default: return pace.isReplyPaced ? shape : nil
    }
    return shape
  }
}
