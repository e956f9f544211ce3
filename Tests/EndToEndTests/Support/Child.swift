import Foundation

/// A program that a test started: its output goes to files, so that nobody needs to drain a pipe.
///
/// It is the leader of a process group of its own, sees an environment made from nothing, and is gone, group and all,
/// when its last owner is.
final class Child: @unchecked Sendable {
  // Proof for @unchecked: everything is `let` but `ending`, which is only touched under `lock`.
  let name: String
  let pid: pid_t
  private let outputs: TemporaryFolder
  private let lock = NSLock()
  private var ending: Ending?

  /// How a program ended.
  enum Ending: Equatable, Sendable {
    case exit(Int32)
    case signal(Int32)
  }

  /// - Parameters:
  ///   - executable: Its path, or a name to look for in `PATH`.
  ///   - environment: Added to the little that every child gets.
  /// - Throws: ``SystemFailure`` when it cannot be started.
  init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil
  ) throws {
    name = (executable as NSString).lastPathComponent
    outputs = try TemporaryFolder()

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputs("stdout"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_addopen(&actions, 2, outputs("stderr"), O_WRONLY | O_CREAT | O_APPEND, 0o644)
    // What other tests of this process hold open is none of its business.
    for open in (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? [] {
      if let descriptor = Int32(open), descriptor > 2 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // env goes to the folder and then becomes the program: POSIX alone cannot start one elsewhere.
    let words = (["env", "-C", folder ?? outputs.path, executable] + arguments).map { strdup($0) }
    let variables = Self.environment(environment).map { strdup("\($0)=\($1)") }
    defer { for text in words + variables { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, "env", &actions, &attributes, words + [nil], variables + [nil])
    guard code == 0 else { throw SystemFailure("starting \(executable)", code) }
    self.pid = pid
  }

  deinit {
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    if ending == nil { waitpid(pid, &status, 0) }
  }

  /// What every child sees: no proxy, no trust store, no locale and no home of the person who runs the tests.
  private static func environment(_ added: [String: String]) -> [String: String] {
    let own = ProcessInfo.processInfo.environment
    var result = [
      "PATH": own["PATH"] ?? "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC", "NO_PROXY": "*",
    ]
    result["HOME"] = NSTemporaryDirectory()
    for name in ["LD_LIBRARY_PATH", "TMPDIR", "SWIFT_BACKTRACE"] { result[name] = own[name] }
    return result.merging(added) { $1 }
  }

  var stdout: String { text("stdout") }
  var stderr: String { text("stderr") }

  /// Everything it said, for a failure's text.
  var transcript: String { "\(name) said:\n\(stdout)\(stderr)" }

  private func text(_ file: String) -> String {
    String(decoding: (try? Data(contentsOf: URL(fileURLWithPath: outputs(file)))) ?? Data(), as: UTF8.self)
  }

  /// How it ended, or nil while it runs.
  func poll() -> Ending? {
    lock.withLock {
      if let ending { return ending }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let low = status & 0x7f
      ending = low == 0 ? .exit((status >> 8) & 0xff) : .signal(low)
      return ending
    }
  }

  func send(_ signal: Int32) { kill(pid, signal) }

  /// Waits for its end.
  func end(within bound: Duration = .seconds(60)) async throws -> Ending {
    do {
      return try await wait(for: "\(name) to end", within: bound) { poll() }
    } catch let error as TimedOut {
      throw Failed(what: "\(error)\n\(transcript)")
    }
  }

  /// Asks it to stop and waits for its end; after half a minute it is killed.
  @discardableResult
  func stop(_ signal: Int32 = SIGTERM) async throws -> Ending {
    send(signal)
    do {
      return try await wait(for: "\(name) to stop", within: .seconds(30)) { poll() }
    } catch let error as TimedOut {
      kill(-pid, SIGKILL)
      throw Failed(what: "\(error)\n\(transcript)")
    }
  }

  /// How many sockets it has open.
  func sockets() throws -> Int {
    let files = FileManager.default
    return try files.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count {
      // One that was closed meanwhile is none.
      (try? files.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)"))?.hasPrefix("socket:") == true
    }
  }

  /// The most memory it ever held, in bytes.
  func peakMemory() throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
    for line in status.split(separator: "\n") where line.hasPrefix("VmHWM:") {
      return 1024 * (line.split(separator: " ").compactMap { Int($0) }.first ?? 0)
    }
    throw Failed(what: "no VmHWM of \(name)")
  }
}

/// Something a test stands on did not hold; what it says is for the reader of the failure.
struct Failed: Error, CustomStringConvertible {
  let what: String

  var description: String { what }
}
