import Foundation
import Testing

/// The recipes for Redis say what redis-server says, byte for byte.
@Suite("Recipes and redis-server", .wholePrograms)
struct RedisRecipeTests {
  /// How redis-server is made to say it.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var options: [String] = []
    /// Lines that are answered before it is asked.
    var setup: [String] = []
    /// Asked over a connection of its own, until the last line of the answer is an error.
    var ask: String

    var testDescription: String { self.name }
  }

  private static let cluster = ["--cluster-enabled", "yes"]

  static let cases = [
    Case(name: "oom", setup: ["CONFIG SET maxmemory 1"], ask: "SET a b"),
    Case(name: "readonly", setup: ["REPLICAOF 127.0.0.1 1"], ask: "SET a b"),
    Case(
      name: "masterdown", setup: ["CONFIG SET replica-serve-stale-data no", "REPLICAOF 127.0.0.1 1"], ask: "GET a"),
    Case(name: "noreplicas", setup: ["CONFIG SET min-replicas-to-write 1"], ask: "SET a b"),
    Case(name: "noauth", setup: ["CONFIG SET requirepass x"], ask: "GET a"),
    Case(name: "wrongpass", ask: "AUTH nobody x"),
    Case(name: "noscript", ask: "EVALSHA ffffffffffffffffffffffffffffffffffffffff 0"),
    Case(name: "execabort", ask: "MULTI\r\nNOSUCH\r\nEXEC"),
    Case(name: "crossslot", options: cluster, setup: ["CLUSTER ADDSLOTSRANGE 0 16383"], ask: "MGET a b"),
    Case(name: "cluster-unserved", options: cluster, ask: "GET a"),
    // The slot of the key, and no other: a cluster that is not whole answers nothing.
    Case(name: "clusterdown", options: cluster, setup: ["CLUSTER ADDSLOTS 15495"], ask: "GET a"),
  ]

  @Test("a server that fails so", arguments: cases)
  func said(by which: Case) async throws {
    let redis = try await Self.start(which.options)
    try await Self.say(which.setup, to: redis.port)
    #expect(try await Self.error(which.ask, of: redis.port) == Self.recipe(which.name))
    try await redis.stop()
  }

  @Test("its snapshots fail")
  func misconf() async throws {
    let redis = try await Self.start(["--save", "3600 1"])
    try FileManager.default.removeItem(atPath: redis.folder.path)
    try await Self.say(["SET a b", "BGSAVE"], to: redis.port)
    #expect(try await Self.error("SET a b", of: redis.port) == Self.recipe("misconf"))
    try await redis.stop()
  }

  @Test("a script runs for too long")
  func busy() async throws {
    let redis = try await Self.start(["--busy-reply-threshold", "10"])
    let script = try RawConnection(port: redis.port)
    try await script.send("EVAL \"while true do end\" 0\r\n")
    #expect(try await Self.error("GET a", of: redis.port) == Self.recipe("busy"))
    try await Self.say(["SCRIPT KILL"], to: redis.port)
    try await redis.stop()
  }

  @Test("it reads its data")
  func loading() async throws {
    let redis = try await Self.start(
      ["--enable-debug-command", "yes", "--key-load-delay", "500", "--loading-process-events-interval-bytes", "1024"])
    try await Self.say(["DEBUG POPULATE 20000 key 100"], to: redis.port)
    let reload = try RawConnection(port: redis.port)
    try await reload.send("DEBUG RELOAD\r\n")
    #expect(try await Self.error("GET a", of: redis.port) == Self.recipe("loading"))
    try await redis.stop()
  }

  @Test("the slot has another node, or is on its way to it")
  func slots() async throws {
    let buses = try RawConnection.freePorts(2).map { "\($0)" }
    let here = try await Self.start(Self.cluster + ["--cluster-port", buses[0]])
    let there = try await Self.start(Self.cluster + ["--cluster-port", buses[1]])
    let id = try await Self.line("CLUSTER MYID", of: there.port)
    try await Self.say(
      ["CLUSTER ADDSLOTSRANGE 0 16383", "CLUSTER MEET 127.0.0.1 \(there.port) \(buses[1])"], to: here.port)
    // Until the cluster is well, and it knows the other node.
    try await Self.until("+OK", "SET b{a} 1", of: here.port)
    try await Self.until("+OK", "CLUSTER SETSLOT 15495 MIGRATING \(id)", of: here.port)
    let ask = try await Self.error("GET a", of: here.port)
    #expect(ask == "ASK 15495 127.0.0.1:\(there.port)")
    #expect(try await Self.error("MGET a b{a}", of: here.port) == Self.recipe("tryagain"))
    try await Self.say(["DEL b{a}"], to: here.port)
    try await Self.until("+OK", "CLUSTER SETSLOT 15495 NODE \(id)", of: here.port)
    let moved = try await Self.error("GET a", of: here.port)
    #expect(moved == "MOVED 15495 127.0.0.1:\(there.port)")
    // The recipes name a slot and a node of their own.
    for (said, name) in [(ask, "cluster-ask"), (moved, "cluster-moved")] {
      let form = said.replacing("15495", with: "3999").replacing(":\(there.port)", with: ":6381")
      #expect(try await Self.recipe(name) == form)
    }
    try await here.stop()
    try await there.stop()
  }

  // MARK: -

  private static func start(_ options: [String]) async throws -> RealServer {
    guard options == Self.cluster else { return try await RealServer.redis(options) }
    let bus = try RawConnection.freePorts(1)[0]
    return try await RealServer.redis(options + ["--cluster-port", "\(bus)"])
  }

  /// What the recipe has redis-server say.
  private static func recipe(_ name: String) async throws -> String {
    let printed = try await Mockrec.run(["recipes", "redis/\(name)"], in: NSTemporaryDirectory())
    let line = try #require(printed.stdout.split(separator: "\n").first { $0.hasPrefix("  error: \"") }, "\(printed)")
    return String(line.dropFirst("  error: \"".count).dropLast())
  }

  private static func say(_ lines: [String], to port: Int) async throws {
    let connection = try RawConnection(port: port)
    for (index, line) in lines.enumerated() {
      try await connection.send(line + "\r\n")
      try await connection.read { $0.count(of: "\r\n") > index }
      #expect(!connection.text.contains("-"), "\(line): \(connection.text)")
    }
  }

  /// The last line of the answer, once that is an error; without the sign of one.
  private static func error(_ ask: String, of port: Int) async throws -> String {
    try await wait(for: "an error to \(ask)") {
      let line = try await Self.line(ask, of: port, isText: false)
      return line.hasPrefix("-") ? String(line.dropFirst()) : nil
    }
  }

  private static func until(_ answer: String, _ ask: String, of port: Int) async throws {
    try await wait(for: "\(answer) to \(ask)") {
      try await Self.line(ask, of: port, isText: false) == answer ? () : nil
    }
  }

  private static func line(_ ask: String, of port: Int, isText: Bool = true) async throws -> String {
    let connection = try RawConnection(port: port)
    try await connection.send(ask + "\r\n")
    let asked = ask.components(separatedBy: "\r\n").count + (isText ? 1 : 0)
    try await connection.read { $0.count(of: "\r\n") >= asked }
    return connection.text.components(separatedBy: "\r\n").last { !$0.isEmpty } ?? ""
  }
}
