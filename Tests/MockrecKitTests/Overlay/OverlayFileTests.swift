import Foundation
import MockrecCore
import MockrecEngine
import Testing

@testable import MockrecKit

private struct Unheard: JournalSink {
  func write(_ events: [JournalEvent]) {}
  func served(_ batch: [ServedEvent], service: String) {}
}

@Suite("Overlay files")
struct OverlayFileTests {
  /// What is wrong with a file, as it is told; nil where nothing is.
  private func problem(
    _ text: String, wire: String = "http", others: [String] = [], isForwarded: Bool = false
  ) throws -> String? {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("mockrec-overlay-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let cassette = folder.appendingPathComponent("users")
    try FileManager.default.createDirectory(at: cassette, withIntermediateDirectories: true)
    try "# mockrec 1\nGET {{users}}/a\n\nHTTP 429\n".write(
      to: cassette.appendingPathComponent("a.hurl"), atomically: true, encoding: .utf8)
    let path = folder.appendingPathComponent("o.yaml").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var settings = ServiceSettings(name: "users")
    settings.wire = wire
    settings.cassette = cassette.path
    var options = RunOptions(services: [settings], seed: 1)
    options.overlays = [path]
    options.otherServices = others
    do {
      let plan = try OverlayPlan(options)
      let binding = try ServiceBinding(settings, needsOrigin: false)
      _ = try plan.common.lay(
        over: FaultSite(
          binding: binding, journal: Unheard(),
          recorded: { wire == "http" ? try CassetteLibrary.index(binding) : nil }, isForwarded: isForwarded))
      return nil
    } catch let failure as Failure {
      #expect(failure.exitStatus == ExitStatus.data)
      return failure.description.replacing(path, with: "o.yaml")
    }
  }

  @Test("every way to write a rule")
  func good() throws {
    let text = """
      overlay: all of it
      rules:
        - {match: {path: /1, method: [GET, POST], query: {a: "*"}, header: {X-A: b}}, fault: {status: 503}}
        - {match: {path: /2, json: {"$.a[0]": 1}}, fault: {status: 500, headers: {A: "1"}, body: {a: [1, null]}}}
        - {match: {path: /3}, when: {probability: 0.3, activate: 0.5}, fault: {latency: {normal: {mean: 1s, deviation: 10ms}, jitter: 5ms}}}
        - {match: {path: /4}, when: {calls: [2, 3]}, fault: {reset: after, latency: 10ms}}
        - {match: {path: /5}, when: {after: 2, for: 3, until-reset: true}, fault: hang}
        - {match: {path: /6}, when: always, fault: {recorded: {status: 429}}}
        - {match: {path: /7}, fault: {drip: {pieces: 4, over: 1s}}}
        - {match: {path: /8}, fault: {bandwidth: 64KB/s, first-byte: {uniform: [1ms, 2ms]}}}
        - {match: {path: /9, occurrence: 2, connection: [1, 2]}, fault: {corrupt: 10}}
        - {match: {path: /10}, fault: {stale-read: {answers: 2}}}
        - {match: {path: /11}, fault: {stale-read: last-write}}
        - {match: {path: /12}, fault: drop-write}
        - {match: {path: /13}, fault: {duplicate: answered}}
        - {match: {path: /14}, fault: {reorder: {within: 50ms}}}
        - {match: {path: /15/**}, when: {between: [10s, 20s], every: 2}, fault: garbage}
        - {match: {path: /16}, fault: empty}
        - {match: {path: /17}, fault: {truncate: 10B}}
        - {match: {path: /18}, fault: {close-early: 3}}

      """
    #expect(try problem(text) == nil)
  }

  @Test(
    "what is wrong is told with its place, the line and what would work",
    arguments: [
      ("rules:\n  - {match: {pth: /a}, fault: hang}", "o.yaml:2:14", "`path`"),
      ("rules:\n  - {fault: {stauts: 503}}", "o.yaml:2:14", "`status`"),
      ("rules:\n  - {fault: hagn}", "o.yaml:2:13", "`hang`"),
      ("rules:\n  - {fault: {status: 700000}}", "o.yaml:2:22", "from 200 to 999"),
      ("rules:\n  - {when: {probability: 2}, fault: hang}", "o.yaml:2:26", "from 0.0 to 1.0"),
      ("rules:\n  - {when: {proability: 1}, fault: hang}", "o.yaml:2:13", "`probability`"),
      ("rules:\n  - {fault: {hang: true, status: 500}}", "o.yaml:2:13", "exclude each other"),
      ("rules:\n  - {fault: {hang: true, empty: true}}", "o.yaml:2:20", "exclude each other"),
      ("rules:\n  - {service: usres, fault: hang}", "o.yaml:2:15", "users"),
      ("rules:\n  - {fault: {status: 500, file: none.json}}", "o.yaml:2:33", "no file"),
      ("rules:\n  - {fault: {recorded: {status: 428}}}", "o.yaml:2:33", "429"),
      ("rules:\n  - {match: {json: {\"$[\": 1}}, fault: hang}", "o.yaml:2:21", "no JSONPath"),
      ("rules:\n  - {match: {method: GET}, fault: drop-write}", "o.yaml:2:35", "only read"),
      ("rules:\n  - {match: {method: POST}, fault: stale-read}", "o.yaml:2:36", "change something"),
      ("rules:\n  - {fault: {clock: freeze}}", "o.yaml:2:13", "it is no model"),
      ("rules:\n  - {fault: hang}\n  - {match: {path: /a}, fault: empty}", "o.yaml:3:5", "never fires"),
      (
        "rules:\n  - {match: {path: /a/**}, fault: hang}\n  - {match: {path: /a/b, method: GET}, fault: empty}",
        "o.yaml:3:5", "never fires"
      ),
      ("rules:\n  - {fault: {latency: 3}}", "o.yaml:2:23", "with its unit"),
      ("rules:\n  - {fault: {latency: {normal: {mean: 1s}}}}", "o.yaml:2:32", "needs `mean` and `deviation`"),
      ("rules:\n  - {match: {path: /a}}", "o.yaml:2:5", "a rule has a `fault`"),
      ("rules:\n  - {recipe: http/none}", "o.yaml:2:14", "there is no recipe"),
      ("rules: []", "o.yaml:1:8", "no rules"),
      ("rule:\n  - {fault: hang}", "o.yaml:1:1", "`rules`"),
      ("overlay: x", "o.yaml:1:1", "an overlay has `rules`"),
      ("rules:\n  - {match: {command: GET}, fault: hang}", "o.yaml:2:14", "`command`"),
      ("rules:\n\t- a", "o.yaml:2", "tabs"),
    ])
  func bad(text: String, place: String, words: String) throws {
    let told = try #require(try problem(text))
    #expect(told.contains("--> \(place)"), "\(told)")
    #expect(told.contains(words), "\(told)")
    #expect(told.contains("fix:"), "\(told)")
  }

  @Test(
    "what Redis cannot do is told so, too",
    arguments: [
      ("{match: {comand: GET}, fault: hang}", "`command`"), ("{match: {command: GTE}, fault: hang}", "`GET`"),
      ("{match: {command: PUBLISH, key: a}, fault: hang}", "PUBLISH has no key"),
      ("{match: {command: GET}, fault: drop-write}", "only read"),
      ("{match: {command: [MGET, PING]}, fault: drop-write}", "only read"),
      ("{match: {command: SET}, fault: stale-read}", "change something"),
      ("{match: {command: [SET, DEL]}, fault: evict}", "change something"),
      ("{fault: {truncate: 3B}}", "no meaning for the wire redis"),
      ("{fault: {error: \"a\\nb\"}}", "one line"),
      ("{match: {key: \"a*\"}, fault: hang}\n  - {match: {command: GET, key: ab}, fault: empty}", "never fires"),
    ])
  func badRedis(rule: String, words: String) throws {
    let told = try #require(try problem("rules:\n  - \(rule)", wire: "redis"))
    #expect(told.contains("--> o.yaml:") && told.contains("fix:"), "\(told)")
    #expect(told.contains(words), "\(told)")
  }

  @Test(
    "what gRPC cannot do is told so, too",
    arguments: [
      ("{match: {metod: a.B/C}, fault: hang}", "o.yaml:2:14", "`method`"),
      ("{match: {method: SayHello}, fault: hang}", "o.yaml:2:22", "has its service in front"),
      ("{match: {json: {\"$[\": 1}}, fault: hang}", "o.yaml:2:21", "no JSONPath"),
      ("{fault: {statsu: OK}}", "o.yaml:2:14", "`status`"),
      ("{fault: {status: UNAVAILBLE}}", "o.yaml:2:22", "`UNAVAILABLE`"),
      ("{fault: {status: OK, metadata: {A: b}}}", "o.yaml:2:37", "small letters"),
      ("{fault: {message: x}}", "o.yaml:2:23", "a reply has a `status`"),
      ("{fault: {trailers: {after: 1}}}", "o.yaml:2:24", "says what the reply ends with"),
      ("{fault: {trailers: {after: 1, statu: OK}}}", "o.yaml:2:35", "`status`"),
      ("{fault: {status: OK, trailers: {status: OK}}}", "o.yaml:2:13", "exclude each other"),
      ("{fault: drop-write}", "o.yaml:2:13", "no meaning for the wire grpc: a call does not tell"),
      ("{fault: {stale-read: {answers: 2}}}", "o.yaml:2:14", "a call does not tell"),
      ("{fault: evict}", "o.yaml:2:13", "a call does not tell"),
      ("{fault: duplicate}", "o.yaml:2:13", "answered once"),
      (
        "{match: {method: a.B/*}, fault: hang}\n  - {match: {method: a.B/C}, fault: empty}", "o.yaml:3:5", "never fires"
      ),
    ])
  func badGRPC(rule: String, place: String, words: String) throws {
    let told = try #require(try problem("rules:\n  - \(rule)", wire: "grpc"))
    #expect(told.contains("--> \(place)") && told.contains("fix:"), "\(told)")
    #expect(told.contains(words), "\(told)")
  }

  @Test("only gRPC has trailers that end a reply otherwise", arguments: ["http", "redis", "tcp", "udp"])
  func trailers(wire: String) throws {
    let told = try problem("rules:\n  - {service: users, fault: {trailers: {after: 1, status: OK}}}", wire: wire)
    #expect(told?.contains("`trailers` has no meaning for the wire \(wire)") == true, "\(told ?? "")")
  }

  @Test("a write that is not sent on has to have a known answer")
  func unacknowledged() throws {
    func problem(_ match: String, _ wire: String, isForwarded: Bool = true) throws -> String? {
      try self.problem("rules:\n  - {match: \(match), fault: drop-write}", wire: wire, isForwarded: isForwarded)
    }
    #expect(try problem("{command: [SET, MSET], key: a}", "redis") == nil)
    #expect(try problem("{command: [SET, INCR], key: a}", "redis")?.contains("to INCR is not known") == true)
    #expect(try problem("{key: a}", "redis")?.contains("is not known") == true)
    #expect(try problem("{method: POST}", "http")?.contains("{status: 200}") == true)
    #expect(try problem("{method: POST}", "http", isForwarded: false) == nil)
  }

  @Test("rules with a condition shadow nothing, and other paths are others")
  func unshadowed() throws {
    #expect(
      try problem(
        """
        rules:
          - {match: {path: /a/**}, when: {first: 2}, fault: hang}
          - {match: {path: /a/b}, fault: empty}
          - {match: {path: /a/*, method: POST}, fault: hang}
          - {match: {path: /a/c, method: GET}, fault: empty}

        """) == nil)
  }
}
