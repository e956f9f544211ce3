import MockrecCore

extension ConfigResolver {
  /// The program that answers what no entry does, run where mockrec.yaml is.
  mutating func handler(
    _ written: UserConfig.Handler, of wire: ConfigContext.KnownWire?, _ service: UserConfig.Service
  ) -> Handler? {
    let key = UserConfig.Written(text: "", at: written.key)
    guard let wire else { return nil }
    guard wire.takesHandlers else {
      let names = self.context.wires.filter(\.takesHandlers).map(\.name).joined(separator: " and ")
      self.report("the wire `\(wire.name)` has no handlers", at: key, fix: "remove `handler`; it is for \(names)")
      return nil
    }
    if service.fake != nil {
      self.report(
        "`fake` plays the whole service, and leaves nothing to `handler`", at: key, fix: "take one of the two out")
    }
    guard !written.command.isEmpty else {
      self.report(
        "`handler` names no program", at: key,
        fix: "write `handler: [\"python3\", \"handlers/\(service.name.text).py\"]`")
      return nil
    }
    for word in written.command where word.text.utf8.contains(0) {
      self.report("a word of the command holds a zero byte", at: word, fix: "remove it")
    }
    var command = HandlerCommand(written.command.map(\.text))
    command.directory = self.directory
    command.timeout = written.timeout.flatMap { self.duration($0) } ?? command.timeout
    return .command(command)
  }
}
