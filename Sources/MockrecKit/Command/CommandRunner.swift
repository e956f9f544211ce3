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
    defer { channel.close() }
    let command = try GuardedCommand(words, environment: environment, output: output, error: output)
    channel.open(command.channel)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try command.wait() }) }
      }
    } onCancel: {
      cancel()
    }
  }
}
