import MockrecCore
import MockrecWire
import NIOCore

/// Requests that may be answered before their end.
extension ReplayConversation {
  func beginDialogue(_ request: any WireRequest) {
    guard !self.index.dialogues.isEmpty, let openings = self.index.dialogues[request.key(self.rules).head],
      !request.isDialogue || openings.contains(where: self.isGranted)
    else {
      if request.isDialogue { self.answerAtOnce(request) } else { self.missSilent(request) }
      return
    }
    self.builder = request.keyBuilder(self.rules, limits: self.replayer.bodyLimits)
    self.dialogue = Dialogue(
      openings, of: self.replayer, self.writer, beginsAtOnce: request.isDialogue)
    self.followDialogue()
  }

  /// Whether what was asked for was begun, and not declined.
  private func isGranted(_ opening: Dialogue.Opening) -> Bool {
    self.index.step(of: self.index.groups[Int(opening.group)], call: 0).reply.stream != nil
  }

  /// Answers what the client has said so far.
  func followDialogue() {
    guard let dialogue = self.dialogue, let progress = self.builder?.progress, !dialogue.hear(progress),
      let request = self.request, let builder = self.builder
    else { return }
    // Nothing recorded goes on like this: the client need not wait for its own end.
    self.missed(request, builder.finish(), nil, .unknown)
  }

  /// The dialogue under way is over.
  func note() {
    self.builder = nil
    guard let step = self.dialogue?.step else { return }
    self.requestNote?.answered(by: .entry(step.entry))
    self.note(step.entry)
  }

  /// The client has heard enough.
  func end(_ dialogue: Dialogue) {
    self.request = nil
    dialogue.leave()
    self.note()
    let farewell = self.replayer.service.wire.farewell
    if farewell.readableBytes > 0 { self.writer.body(farewell) }
    self.writer.end(Fields())
  }
}
