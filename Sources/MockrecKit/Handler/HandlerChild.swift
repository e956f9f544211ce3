import CProcess
import Foundation
import MockrecCore
import MockrecTransport
import NIOCore

/// One process of a handler, from its start until nothing of it is left. Only used on its event loop.
final class HandlerChild {
  enum Event {
    /// Its pipes are open.
    case ready
    case said(LineReader.Event)
    /// A line of its standard error.
    case complained(String)
    /// It will answer nothing more, and why.
    case over(String)
  }

  private let loop: any EventLoop
  private let event: (HandlerChild, Event) -> Void
  private var command: GuardedCommand?
  private(set) var channel: (any Channel)?
  /// Why it ended; nil while it has not.
  private var end: String?
  private var (hasOutput, hasErrors) = (true, true)
  private var isOver = false
  /// Has its value when the process has gone.
  let gone: EventLoopPromise<Void>
  /// When it last answered.
  var lastAnswer: NIODeadline?

  /// Bytes of an answer, at most.
  static let longestAnswer = 16 << 20
  private static let longestComplaint = 16 << 10
  /// How long the rest is waited for when a part of it has gone.
  private static let patience = TimeAmount.milliseconds(250)

  /// - Parameter event: Called on the event loop.
  /// - Throws: Where it cannot be started.
  init(
    _ settings: HandlerCommand, on loop: any EventLoop, _ event: @escaping (HandlerChild, Event) -> Void
  ) throws {
    self.loop = loop
    self.event = event
    self.gone = loop.makePromise()
    do {
      try self.start(settings)
    } catch {
      self.gone.succeed()
      throw error
    }
  }

  private func start(_ settings: HandlerCommand) throws {
    var pipes: [[Int32]] = []
    for _ in 0..<3 {
      var ends: [Int32] = [-1, -1]
      let failure = mockrec_pipe(&ends)
      guard failure == 0 else {
        for end in pipes.flatMap({ $0 }) { close(end) }
        throw CommandNotStarted(settings.words.first ?? "", failure: failure)
      }
      pipes.append(ends)
    }
    let (input, output, error) = (pipes[0], pipes[1], pipes[2])
    defer { for end in [input[0], output[1], error[1]] { close(end) } }
    let command: GuardedCommand
    do {
      command = try GuardedCommand(
        settings.words, environment: [:], input: input[0], output: output[1], error: error[1],
        directory: settings.directory.isEmpty ? nil : settings.directory)
    } catch {
      for end in [input[1], output[0], pipes[2][0]] { close(end) }
      throw error
    }
    self.command = command
    self.listen(output: output[0], input: input[1], error: error[0])
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    Thread.detachNewThread {
      let outcome = Result { try command.wait() }
      bound.eventLoop.execute { bound.value.ended(outcome) }
    }
  }

  private func listen(output: Int32, input: Int32, error: Int32) {
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    ProcessPipes.open(reading: output, writing: input, on: self.loop) {
      LineReader(longest: Self.longestAnswer) { bound.value.said($0) }
    }.assumeIsolated().whenComplete { result in
      let child = bound.value
      guard case .success(let channel) = result else { return child.outputClosed() }
      child.channel = channel
      child.event(child, .ready)
    }
    ProcessPipes.open(reading: error, on: self.loop) {
      LineReader(longest: Self.longestComplaint) { bound.value.complained($0) }
    }.assumeIsolated().whenFailure { _ in bound.value.errorsClosed() }
  }

  private func said(_ event: LineReader.Event) {
    self.event(self, .said(event))
    if case .closed = event { self.outputClosed() }
  }

  private func complained(_ event: LineReader.Event) {
    switch event {
    case .line(let line): self.event(self, .complained(String(buffer: line)))
    case .tooLong: self.event(self, .complained("(a line that is too long)"))
    case .closed: self.errorsClosed()
    case .paused, .writable: break
    }
  }

  /// Writes lines to its standard input.
  func write(_ lines: ByteBuffer) { self.channel?.writeAndFlush(lines, promise: nil) }

  /// Tells it that nothing more will be asked.
  func closeInput() { self.channel?.close(mode: .output, promise: nil) }

  /// Ends it and all of its process group, gently first.
  func kill() { if let command, self.end == nil { _ = mockrec_command_end(command.channel) } }

  private func outputClosed() {
    self.hasOutput = false
    self.settle()
  }

  /// A process may do without.
  private func errorsClosed() {
    self.hasErrors = false
    if self.end != nil { self.settle() }
  }

  private func ended(_ outcome: Result<Int32, any Error>) {
    if let command { close(command.channel) }
    switch outcome {
    case .success(let status): self.end = "ended with exit status \(status)"
    case .failure(let error as CommandNotStarted): self.end = "cannot be started: \(error.diagnostic.message)"
    case .failure(let error): self.end = "cannot be started: \(error)"
    }
    self.settle()
    self.gone.succeed()
  }

  /// What it said last is heard before it is over.
  private func settle() {
    if !self.hasOutput, !self.hasErrors, self.end != nil { return self.finish() }
    let bound = NIOLoopBound(self, eventLoop: self.loop)
    self.loop.scheduleTask(in: Self.patience) { bound.value.finish() }
  }

  private func finish() {
    guard !self.isOver else { return }
    self.isOver = true
    self.event(self, .over(self.end ?? "closed its standard output"))
    // Nothing of it is waited for any more.
    self.kill()
    self.channel?.close(promise: nil)
  }
}
