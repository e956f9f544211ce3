import CProcess
import Foundation
import MockrecCore

/// Runs the command behind `--`, with the services' addresses in its environment.
///
/// The command has mockrec's standard streams and a process group of its own; on a terminal, that group is in the
/// foreground while it runs. SIGINT, SIGTERM, SIGHUP and SIGQUIT that mockrec gets go to the whole group. When the
/// command has ended, what is left of its group gets SIGTERM and, two seconds later, SIGKILL.
///
/// Between mockrec and the command stands a small process that does all this, the guard (CProcess/guard.c). It is tied
/// to mockrec by a socket: however mockrec ends, be it by SIGKILL, the guard sees the socket close and ends the
/// command's group. This holds for the command's children too, which a parent-death signal would not reach, and it asks
/// nothing of the thread that starts the command.
public enum CommandRunner {
  /// Runs a command to its end.
  ///
  /// Cancelling the task sends SIGTERM to the command, which is then waited for as ever.
  ///
  /// - Parameters:
  ///   - words: The program, a path or a name looked up in PATH, and its arguments.
  ///   - environment: Variables set in addition to mockrec's own; nothing else is added.
  ///   - stop: A signal that came before the command could get it: the command is not started then.
  /// - Returns: The command's exit status, or 128 and the number of the signal that ended it.
  /// - Throws: `CommandNotStarted`.
  public static func run(
    _ words: [String], environment: [String: String], unless stop: StopSignal? = nil
  ) async throws -> Int32 {
    let channel = CommandChannel()
    // Before the start, so that no signal comes between the two and finds nobody.
    let listener = SignalRelay.shared.add(.command, signals: [SIGINT, SIGTERM, SIGHUP, SIGQUIT]) { channel.send($0) }
    defer { SignalRelay.shared.remove(listener) }
    if let signal = stop?.received { return 128 + signal }
    return try await self.run(words, environment: environment, output: -1, channel) { channel.send(SIGTERM) }
  }

  /// Runs a command that has nothing to read, beside others, and keeps the end of what it says.
  ///
  /// Signals of mockrec's are not its own. Cancelling the task ends the command and all of its group: by SIGTERM, and
  /// two seconds later by SIGKILL.
  ///
  /// - Parameters:
  ///   - kept: Bytes of its output, at most.
  ///   - redactor: Takes the secrets out of all that it says.
  static func run(
    _ words: [String], environment: [String: String], kept: Int, redactor: Redactor
  ) async throws -> (status: Int32, output: [UInt8]) {
    let output = try CommandOutput(kept: kept, redactor: redactor)
    let channel = CommandChannel()
    do {
      let status = try await self.run(words, environment: environment, output: output.descriptor, channel) {
        channel.end()
      }
      return (status, await output.finish())
    } catch {
      _ = await output.finish()
      throw error
    }
  }

  private static func run(
    _ words: [String], environment: [String: String], output: Int32, _ channel: CommandChannel,
    cancel: @escaping @Sendable () -> Void
  ) async throws -> Int32 {
    guard let program = words.first, !program.isEmpty else {
      throw CommandNotStarted(
        status: 64, Diagnostic("there is no command behind --", fix: "mockrec … -- COMMAND, or leave out the --"))
    }
    let all = CommandEnvironment(adding: environment)
    guard !(words + environment.flatMap { [$0.key, $0.value] }).contains(where: { $0.utf8.contains(0) }) else {
      throw CommandNotStarted(
        status: 126, Diagnostic("a word of the command or its environment holds a zero byte", fix: "remove it"))
    }
    let search = CommandSearch(path: all.path)
    defer { channel.close() }
    var command = mockrec_command()
    let failure = withCStrings(search.candidates(for: program).map(\.utf8CString)) { paths in
      // The empty word keeps a place free that a script without a #! line needs.
      withCStrings(([""] + words).map(\.utf8CString)) { words in
        withCStrings(all.entries) { mockrec_command_start(paths, words, $0, output, &command) }
      }
    }
    guard failure == 0 else { throw CommandNotStarted(program, failure: failure) }
    channel.open(command.channel)
    let started = command
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: Self.wait(for: started)) }
      }
    } onCancel: {
      cancel()
    }
    switch outcome {
    case .ended(let status): return status
    case .notFound(let failure): throw CommandNotStarted(program, failure: failure, search: search)
    case .notForked(let failure): throw CommandNotStarted(program, failure: failure)
    }
  }

  private enum Outcome: Sendable {
    case ended(Int32)
    /// The system calls' `errno`.
    case notFound(Int32)
    case notForked(Int32)
  }

  /// Blocks until the command and its guard have ended.
  private static func wait(for command: mockrec_command) -> Outcome {
    var message = mockrec_message()
    let count = mockrec_command_receive(command.channel, &message)
    let guardStatus = mockrec_wait(command.guard)
    // A guard that is killed takes the command with it.
    guard count == 1 else { return .ended(guardStatus > 0 ? mockrec_exit_status(guardStatus) : 128 + SIGKILL) }
    switch mockrec_message_kind(UInt32(message.kind)) {
    case MOCKREC_EXEC_FAILED: return .notFound(message.value)
    case MOCKREC_FORK_FAILED: return .notForked(message.value)
    default: return .ended(mockrec_exit_status(message.value))
    }
  }
}

/// Hands texts to C as an array of strings that ends with a null pointer.
private func withCStrings<Result>(
  _ texts: [ContiguousArray<CChar>], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: max(1, texts.reduce(0) { $0 + $1.count }))
  let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
  defer {
    bytes.deallocate()
    pointers.deallocate()
  }
  var next = bytes
  for (index, text) in texts.enumerated() {
    (pointers + index).initialize(to: next)
    for byte in text {
      next.initialize(to: byte)
      next += 1
    }
  }
  (pointers + texts.count).initialize(to: nil)
  return body(pointers)
}
