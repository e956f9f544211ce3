import Foundation
import MockrecCore

/// The mockrec.yaml that `mockrec init` writes.
public enum InitTemplate {
  /// Every key with a comment. A `#` directly before a word switches that line off; the values shown are the defaults
  /// or examples.
  public static let text = """
    # mockrec 1
    # The services that mockrec stands in for. A line that begins with #word: is switched off and shows the default or
    # an example; take the # away to use it.

    #mode: append                       # what record does with an old cassette: append, overwrite, once, never

    services:
      example:                          # its name: letters, digits, - and _, a letter first
        real: http://127.0.0.1:8080     # the real service; ${NAME} and ${NAME:-default} come from the environment
        #wire: http                     # the protocol: http, grpc, redis, tcp, udp; some have keys of their own, see README
        #listen: 127.0.0.1:0            # where mockrec listens; port 0 takes a free one; quote "[::1]:0"
        #tls: true                      # clients speak TLS (mockrec ca); ca, cert, key, server-name and insecure are for `real`
        #env: EXAMPLE_URL               # the variable that tells the wrapped command where mockrec listens
        #cassette: cassettes/example    # the folder of the recorded exchanges, relative to this file
        #sequence: repeat               # after the last recorded answer: repeat it, or once (then it is a miss)
        #stream-timing: none            # how fast recorded streams are replayed: none, recorded, or a factor such as 0.5
        #overlays: [overlays/slow.yaml] # faults that are laid over it in every replay
        #timeout: 30s                   # of the real service; ms, s, m
        #volatile: [X-Request-Id]       # response headers that are not recorded, added to the usual ones
        #match:                         # method, path, query and body always have to match
          #headers: [X-Tenant]          # request headers that have to match as well
          #ignore:
            #headers: [X-Trace]         # of those, what does not count
            #query: [ts]                # names in the query that do not count
            #json: ["$.nonce"]          # places in JSON bodies that do not count, as JSONPath
        #drift:                         # how bad differences are, by place; the first that applies counts
          #- {path: "$.items[*].price", kind: value, severity: breaking}  # or compatible, cosmetic, ignore
        #redact:                        # secrets are never written; `redact: off` writes them
          #names: [pin]                 # headers, query, form and JSON names that hold secrets, added to the usual ones
          #keep: [token]                # usual names that are no secret here
        #limits:                        # longer requests are refused; B, KB, MB, GB, KiB, MiB, GiB
          #body: 1GB                    # without it a request's body may have any length
          #header: 64KB

    """

  /// The mockrec.yaml of services that were found by what a command asked: the cassettes of the working directory that
  /// note whose they are.
  ///
  /// - Throws: Where there is none.
  public static func textFromCassettes() throws(Diagnostic) -> String {
    let services = DiscoveredServices.recorded()
    guard !services.isEmpty else {
      throw Diagnostic(
        "no folder of \(DiscoveredServices.folder)/ says whose answers it has",
        fix: "record some (mockrec record -- <a command>), or leave --from-cassettes out")
    }
    var text = """
      # mockrec 1
      # The services that were recorded without a mockrec.yaml. With it, each has an address of its own, which clients read
      # from the variable shown; mockrec init in an empty folder shows all other keys.

      services:

      """
    for service in services {
      guard let target = service.target else { continue }
      text += "  \(service.name):  # \(service.environmentName)\n"
      text += "    real: \(target.origin)\n"
    }
    return text
  }

  /// Writes mockrec.yaml into a folder, and `.mockrec/` into its `.gitignore` where it is in a git repository.
  ///
  /// - Parameter text: What is written.
  /// - Returns: The files written or changed, as paths.
  /// - Throws: Where a mockrec.yaml is there already (it is left alone), or the folder cannot be written.
  public static func write(_ text: String = Self.text, in directory: String = ".") throws(Diagnostic) -> [String] {
    let prefix = directory == "." || directory.isEmpty ? "" : directory.hasSuffix("/") ? directory : directory + "/"
    let path = prefix + ConfigFile.name
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw errno == EEXIST
        ? Diagnostic("\(path) is there already", fix: "edit it, or remove it first")
        : Diagnostic("\(path) cannot be written: \(String(cString: strerror(errno)))", fix: "check the folder")
    }
    do throws(Diagnostic) {
      try Self.append(text, to: descriptor, path: path)
    } catch {
      unlink(path)
      throw error
    }
    return [path] + (try Self.ignoreState(prefix))
  }

  private static func ignoreState(_ prefix: String) throws(Diagnostic) -> [String] {
    guard Self.isInRepository(prefix) else { return [] }
    let path = prefix + ".gitignore"
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Diagnostic("\(path) cannot be written: \(String(cString: strerror(errno)))", fix: "add .mockrec/ to it")
    }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = max(read(descriptor, &bytes, bytes.count), 0)
    let present = String(decoding: bytes[..<count], as: UTF8.self)
    let names: Set<Substring> = [".mockrec", ".mockrec/", "/.mockrec", "/.mockrec/"]
    guard !present.split(whereSeparator: \.isNewline).contains(where: names.contains) else {
      close(descriptor)
      return []
    }
    let separator = present.isEmpty || present.hasSuffix("\n") ? "" : "\n"
    try Self.append(separator + ".mockrec/\n", to: descriptor, path: path)
    return [path]
  }

  private static func isInRepository(_ prefix: String) -> Bool {
    var prefix = prefix
    for _ in 0..<64 {
      if access(prefix + ".git", F_OK) == 0 { return true }
      guard !isSameDirectory(prefix + ".", prefix + "..") else { return false }
      prefix += "../"
    }
    return false
  }

  /// Writes all of a text and closes the file.
  private static func append(_ text: String, to descriptor: Int32, path: String) throws(Diagnostic) {
    var failure: Int32?
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty, failure == nil {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if close(descriptor) != 0, failure == nil { failure = errno }
    guard let failure else { return }
    throw Diagnostic(
      "\(path) cannot be written: \(String(cString: strerror(failure)))", fix: "make room, and try again")
  }
}
