import MockrecCore
import MockrecEngine
import NIOCore

/// Passes on what a handler says on its standard error, without secrets and not more than anybody reads. Only used on its
/// event loop.
final class HandlerComplaints {
  private let service: String
  private let redactor: Redactor
  private let console: Console
  private let loop: any EventLoop
  private var lastLine: String?
  private var passed = 0

  /// Lines that are passed on in a second.
  private static let most = 100

  init(_ service: Service, _ console: Console, _ loop: any EventLoop) {
    self.service = service.name
    self.redactor = service.rules.redactor
    self.console = console
    self.loop = loop
  }

  /// Another process speaks.
  func begin() { self.lastLine = nil }

  /// The last line that the process said.
  var last: String? { self.lastLine.map { String(self.clean($0).prefix(200)) } }

  func add(_ line: String) {
    if !line.allSatisfy(\.isWhitespace) { self.lastLine = line }
    if self.passed == 0 {
      let bound = NIOLoopBound(self, eventLoop: self.loop)
      self.loop.scheduleTask(in: .seconds(1)) { bound.value.turn() }
    }
    self.passed += 1
    if self.passed <= Self.most { self.console.message("\(self.service): \(self.clean(line))\n") }
  }

  private func clean(_ line: String) -> String { self.redactor.said(String(line.prefix(2000))).printable() }

  func report(_ text: String) { self.console.message("\(self.service): \(self.redactor.said(text))\n") }

  private func turn() {
    let more = self.passed - Self.most
    if more > 0 { self.console.message("\(self.service): … and \(counted(more, "more line"))\n") }
    self.passed = 0
  }
}
