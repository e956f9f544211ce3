import CProcess
import Foundation
import MockrecCore

/// A command that has been started, with the guard between it and mockrec.
struct GuardedCommand: Sendable {
  private let command: mockrec_command
  private let program: String
  private let search: CommandSearch
  /// The socket to the guard: signals are written to it, and it is to be closed when the command has ended.
  var channel: Int32 { self.command.channel }

  /// Starts a command with mockrec's own standard streams, or with streams of its own.
  ///
  /// - Parameters:
  ///   - words: The program, a path or a name looked up in PATH, and its arguments.
  ///   - environment: Variables set in addition to mockrec's own.
  ///   - input: What it reads from; -1 for nothing to read.
  ///   - output: What it writes to; -1 for mockrec's own streams.
  ///   - directory: Its working directory; mockrec's own when nil.
  /// - Throws: `CommandNotStarted`.
  init(
    _ words: [String], environment: [String: String], input: Int32 = -1, output: Int32 = -1, error: Int32 = -1,
    directory: String? = nil
  ) throws {
    guard let program = words.first, !program.isEmpty else {
      throw CommandNotStarted(
        status: 64, Diagnostic("there is no command behind --", fix: "mockrec … -- COMMAND, or leave out the --"))
    }
    let all = CommandEnvironment(adding: environment)
    let texts = words + environment.flatMap { [$0.key, $0.value] } + [directory ?? ""]
    guard !texts.contains(where: { $0.utf8.contains(0) }) else {
      throw CommandNotStarted(
        status: 126, Diagnostic("a word of the command or its environment holds a zero byte", fix: "remove it"))
    }
    let search = CommandSearch(path: all.path)
    var command = mockrec_command()
    let failure = withCStrings(search.candidates(for: program).map(\.utf8CString)) { paths in
      // The empty word keeps a place free that a script without a #! line needs.
      withCStrings(([""] + words).map(\.utf8CString)) { words in
        withCStrings(all.entries) { environment in
          withCStrings([(directory ?? "").utf8CString]) { folder in
            let place = mockrec_place(
              input: input, output: output, error: error,
              directory: directory == nil ? nil : folder[0].map { UnsafePointer($0) })
            return mockrec_command_start(paths, words, environment, place, &command)
          }
        }
      }
    }
    guard failure == 0 else { throw CommandNotStarted(program, failure: failure) }
    (self.command, self.program, self.search) = (command, program, search)
  }

  /// Blocks until the command and its guard have ended.
  ///
  /// - Returns: The command's exit status, or 128 and the number of the signal that ended it.
  /// - Throws: `CommandNotStarted` where it never ran.
  func wait() throws -> Int32 {
    var message = mockrec_message()
    let count = mockrec_command_receive(self.channel, &message)
    let guardStatus = mockrec_wait(self.command.guard)
    // A guard that is killed takes the command with it.
    guard count == 1 else { return guardStatus > 0 ? mockrec_exit_status(guardStatus) : 128 + SIGKILL }
    switch mockrec_message_kind(UInt32(message.kind)) {
    case MOCKREC_EXEC_FAILED: throw CommandNotStarted(self.program, failure: message.value, search: self.search)
    case MOCKREC_FORK_FAILED: throw CommandNotStarted(self.program, failure: message.value)
    default: return mockrec_exit_status(message.value)
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
