import Foundation
import Testing

@Suite("Proxy", .wholePrograms)
struct ProxyTests {
  @Test("requests are forwarded but for those that a rule concerns, and nothing is recorded")
  func http() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    try folder.write(
      "faults.yaml",
      """
      overlay: half of it
      rules:
        - match: {path: /data.json}
          when: {calls: [2]}
          recipe: http/bad-gateway
        - match: {path: /lines.txt}
          fault: {truncate: 10B}
      """)
    let proxy = try await Self.proxy(nginx.url, in: folder, "faults.yaml", "--seed", "7")
    let statuses = try await Self.curl(
      ["-w", "%{http_code} %{size_download}\n", "-o", "/dev/null"],
      ["data.json", "data.json", "data.json", "lines.txt", "hello.txt"].map { "\(try proxy.url)/\($0)" })
    #expect(statuses == "200 61\n502 150\n200 61\n200 10\n200 13\n")
    let finished = try await proxy.stop()
    #expect(finished.status == 0, "\(finished)")
    #expect(finished.stderr.contains("proxy: seed 7\n  http: forwarded 4\n  overlay half of it"), "\(finished)")
    #expect(finished.stderr.contains("recipe http/bad-gateway: matched 3, fired 1"), "\(finished)")
    #expect(try FileTree(folder.path).entries == [], "nothing is recorded")
    try await nginx.stop()
  }

  @Test("the gateway's pages are nginx's, byte for byte")
  func pages() async throws {
    let folder = try TemporaryFolder()
    let recipes = try await Self.recipes("http/")
    let statuses = try await Self.statuses(recipes)
    #expect(statuses.count == 9)
    let nginx = try await RealServer.nginxPages(statuses)
    try folder.write("faults.yaml", Self.overlay(recipes))
    let proxy = try await Self.proxy(nginx.url, in: folder, "faults.yaml")
    for (recipe, status) in zip(recipes, statuses) {
      let own = try await Self.curl(["-w", "%{http_code} %{content_type}"], ["\(nginx.url)/own/\(status)"])
      let ours = try await Self.curl(["-w", "%{http_code} %{content_type}"], ["\(try proxy.url)/\(recipe)"])
      #expect(ours == own, "\(recipe)")
      #expect(own.hasSuffix("\(status) text/html"), "\(own)")
    }
    #expect(try await proxy.stop().status == 0)
    try await nginx.stop()
  }

  @Test("boto3 raises what the recipes of AWS say")
  func boto3() async throws {
    let nginx = try await RealServer.nginx()
    let folder = try TemporaryFolder()
    let recipes = ["slow-down", "internal-error", "expired-token", "access-denied"]
    let targets = [
      ("throttling", "Logs_20140328.DescribeLogGroups"), ("dynamodb-throttled", "DynamoDB_20120810.GetItem"),
      ("dynamodb-expired-token", "DynamoDB_20120810.ListTables"),
    ]
    try folder.write(
      "faults.yaml",
      "rules:\n" + recipes.map { "  - {match: {path: /\($0)}, recipe: aws/\($0)}\n" }.joined()
        + targets.map { "  - {match: {header: {X-Amz-Target: \($1)}}, recipe: aws/\($0)}\n" }.joined())
    let proxy = try await Self.proxy(nginx.url, in: folder, "faults.yaml")
    let client = try Child(Python.interpreter, ["-B", Python.script("Clients/recipes_boto3.py"), proxy.url])
    #expect(try await client.end() == .exit(0), "\(client.transcript)")
    #expect(
      client.stdout == """
        slow-down 503 SlowDown Please reduce your request rate.
        internal-error 500 InternalError We encountered an internal error. Please try again.
        expired-token 400 ExpiredToken The provided token has expired.
        access-denied 403 AccessDenied Access Denied
        throttling 400 ThrottlingException Rate exceeded
        dynamodb-throttled 400 ProvisionedThroughputExceededException The level of configured provisioned throughput for \
        the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.
        dynamodb-expired-token 400 ExpiredTokenException The security token included in the request is expired

        """)
    #expect(try await proxy.stop().status == 0)
    try await nginx.stop()
  }

  @Test("redis-py raises what the recipes say, and all else of a connection is as without a proxy")
  func redis() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    let classes = [
      "redis/busy": "ResponseError", "redis/cluster-ask": "AskError", "redis/cluster-moved": "MovedError",
      "redis/cluster-unserved": "ClusterDownError", "redis/clusterdown": "ClusterDownError",
      "redis/crossslot": "ClusterCrossSlotError", "redis/execabort": "ExecAbortError",
      "redis/loading": "BusyLoadingError", "redis/masterdown": "MasterDownError", "redis/misconf": "ResponseError",
      "redis/noauth": "AuthenticationError", "redis/noreplicas": "ResponseError", "redis/noscript": "NoScriptError",
      "redis/oom": "OutOfMemoryError", "redis/readonly": "ReadOnlyError", "redis/tryagain": "TryAgainError",
      "redis/wrongpass": "AuthenticationError",
    ]
    let recipes = try await Self.recipes("redis/")
    #expect(recipes == classes.keys.sorted())
    try folder.write(
      "faults.yaml", "rules:\n" + recipes.map { "  - {match: {key: \($0)}, recipe: \($0)}\n" }.joined())
    let proxy = try await Self.proxy(redis.url, in: folder, "faults.yaml")
    let client = try Child(Python.interpreter, ["-B", Python.script("Clients/proxy_redis.py"), proxy.url] + recipes)
    #expect(try await client.end() == .exit(0), "\(client.transcript)")
    let lines = client.stdout.split(separator: "\n").map(String.init)
    #expect(Array(lines.prefix(recipes.count)) == recipes.map { "\($0) \(classes[$0] ?? "")" })
    let rest = ["2", "3"].flatMap { version in
      [
        "database b'\(version)' None", "transaction [True, 2, b'2']", "subscribed 1", "published [b'0', b'1', b'2']",
        "subscribed 2", "waited [b'queue', b'late']",
      ]
    }
    #expect(Array(lines.dropFirst(recipes.count)) == rest)
    let half = try RawConnection(port: try proxy.port)
    try await half.send("SET z 1\r\nGET z\r\n")
    half.finishSending()
    #expect(try await half.readToEnd() == "+OK\r\n$1\r\n1\r\n")
    let finished = try await proxy.stop()
    #expect(finished.status == 0 && !finished.stderr.contains("failed"), "\(finished)")
    try await redis.stop()
  }

  @Test("a fault that answers EXEC leaves no transaction open at the real service, nor what was watched")
  func transaction() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    try folder.write("faults.yaml", "rules:\n  - {match: {command: INCR, key: bad}, fault: {error: OOM no}}\n")
    let proxy = try await Self.proxy(redis.url, in: folder, "faults.yaml")
    let client = try RawConnection(port: try proxy.port)
    let other = try RawConnection(port: redis.port)
    try await client.send("SET n 1\r\nWATCH n\r\nMULTI\r\nINCR n\r\nINCR bad\r\nEXEC\r\nGET n\r\n")
    let first = "+OK\r\n+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n-OOM no\r\n$1\r\n1\r\n"
    try await client.read { $0.received.count >= first.utf8.count }
    #expect(client.text == first)
    try await other.send("SET n 5\r\n")
    try await other.read { $0.text == "+OK\r\n" }
    try await client.send("MULTI\r\nINCR n\r\nEXEC\r\nEXISTS bad\r\n")
    let second = first + "+OK\r\n+QUEUED\r\n*1\r\n:6\r\n:0\r\n"
    try await client.read { $0.received.count >= second.utf8.count }
    #expect(client.text == second)
    let finished = try await proxy.stop()
    #expect(finished.status == 0, "\(finished)")
    try await redis.stop()
  }

  @Test("a client that wants no replies is given none by a fault either, as by Redis itself")
  func silence() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    // A command that Redis answers with an error is answered with the same by a fault.
    let text = "ERR wrong number of arguments for 'get' command"
    try folder.write(
      "faults.yaml",
      "rules:\n  - {match: {command: GET, key: k}, fault: {error: \"\(text)\"}}\n  - {match: {key: e}, fault: evict}\n")
    try folder.write("mockrec.yaml", Mockrec.fakeRedisSettings(state: "state: {e: v}"))
    let proxy = try await Self.proxy(redis.url, in: folder, "faults.yaml")
    let fake = try Mockrec.start(["replay", "--overlay", "faults.yaml"], in: folder.path)
    try await fake.ready()
    func said(_ port: Int, _ get: String) async throws -> String {
      let client = try RawConnection(port: port)
      let commands = [
        get, "CLIENT REPLY SKIP", get, get, "CLIENT REPLY OFF", get, get, "GET e", "CLIENT REPLY ON", get, "GET e",
        "ECHO end",
      ]
      try await client.send(commands.map { "\($0)\r\n" }.joined())
      try await client.read { $0.text.hasSuffix("$3\r\nend\r\n") }
      return client.text
    }
    let wanted = try await said(redis.port, "GET")
    #expect(wanted.components(separatedBy: text).count == 4, "Redis keeps silent: \(wanted)")
    #expect(try await said(proxy.port, "GET k") == wanted)
    #expect(try await said(fake.port, "GET k") == wanted)
    #expect(try await proxy.stop().status == 0)
    #expect(try await fake.stop().status == 0)
    try await redis.stop()
  }

  @Test("a client that has a connection hears when the real service closes its own")
  func closed() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    try folder.write("faults.yaml", "rules:\n  - {match: {key: never}, fault: hang}\n")
    let proxy = try await Self.proxy(redis.url, in: folder, "faults.yaml", "--allow-vacuous")
    let client = try RawConnection(port: try proxy.port)
    try await client.send("QUIT\r\n")
    #expect(try await client.readToEnd() == "+OK\r\n")
    try await redis.stop()
    let refused = try RawConnection(port: try proxy.port)
    try await refused.send("GET a\r\n")
    #expect(try await refused.read { $0.text.hasSuffix("\r\n") }.hasPrefix("-"))
    let finished = try await proxy.stop()
    #expect(finished.status == 1, "something was forwarded, and something failed: \(finished)")
  }

  @Test("a stream that no rule concerns is forwarded as it is; datagrams under a rule are refused")
  func tunnels() async throws {
    let redis = try await RealServer.redis()
    let folder = try TemporaryFolder()
    try folder.write("faults.yaml", "rules:\n  - {service: web, match: {path: /x}, fault: {status: 503}}\n")
    try folder.write(
      "mockrec.yaml",
      """
      services:
        cache: {wire: redis, real: "\(redis.url)", listen: "127.0.0.1:0"}
        web: {real: "http://127.0.0.1:1", listen: "127.0.0.1:0"}
        stats: {wire: udp, real: "udp://127.0.0.1:1", listen: "127.0.0.1:0"}

      """)
    let proxy = try Mockrec.start(["proxy", "--overlay", "faults.yaml"], in: folder.path)
    try await proxy.ready()
    let client = try RawConnection(port: proxy.listeners[0].port)
    try await client.send("PING\r\n")
    try await client.read { $0.text == "+PONG\r\n" }
    let web = try RawConnection(port: proxy.listeners[1].port)
    try await web.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
    try await web.read { $0.count(of: "HTTP/1.1 50") == 2 }
    let finished = try await proxy.stop()
    #expect(finished.status == 69, "one of the real services is not there: \(finished)")
    #expect(finished.stderr.contains("cache: forwarded 1 connection as they are: no rule concerns it"), "\(finished)")
    try folder.write("faults.yaml", "rules:\n  - {service: stats, fault: hang}\n")
    let refused = try await Mockrec.run(["proxy", "--overlay", "faults.yaml", "--", "true"], in: folder.path)
    #expect(refused.status == 64 && refused.stderr.contains("its wire is udp"), "\(refused)")
    try await redis.stop()
  }

  @Test("what cannot be: no overlay, no real service, a rule that never fires, a service that is not there")
  func statuses() async throws {
    let folder = try TemporaryFolder()
    try folder.write("faults.yaml", "rules:\n  - {match: {path: /x}, fault: {status: 503}}\n")
    func run(_ words: String...) async throws -> Mockrec.Finished {
      try await Mockrec.run(["proxy", "--wire", "http", "--listen", "127.0.0.1:0"] + words, in: folder.path)
    }
    let real = ["--real", "http://127.0.0.1:1"]
    let none = try await run("--real", real[1])
    #expect(none.status == 64 && none.stderr.contains("--overlay FILE"), "\(none)")
    let nowhere = try await run("--overlay", "faults.yaml", "--", "true")
    #expect(nowhere.status == 64 && nowhere.stderr.contains("--real"), "\(nowhere)")
    let idle = try await run("--real", real[1], "--overlay", "faults.yaml", "--seed", "5", "--", "true")
    #expect(idle.status == 1 && idle.stderr.contains("vacuous: no request matched"), "\(idle)")
    #expect(idle.stderr.hasPrefix("proxy: seed 5; again: mockrec proxy --wire http"), "\(idle)")
    let gone = try await run(
      "--real", real[1], "--overlay", "faults.yaml", "--allow-vacuous", "--", "sh", "-c", "curl -s $HTTP_URL/y; true")
    #expect(gone.status == 69, "\(gone)")
  }

  // MARK: -

  private static func proxy(
    _ real: String, in folder: TemporaryFolder, _ overlay: String, _ more: String...
  ) async throws -> Mockrec {
    let wire = real.prefix { $0 != ":" }
    let proxy = try Mockrec.start(
      ["proxy", "--wire", "\(wire)", "--real", real, "--listen", "127.0.0.1:0", "--overlay", overlay] + more,
      in: folder.path)
    try await proxy.ready()
    return proxy
  }

  private static func curl(_ options: [String], _ urls: [String]) async throws -> String {
    var text = ""
    for url in urls {
      let curl = try Child("curl", ["-s"] + options + [url])
      _ = try await curl.end()
      text += curl.stdout
    }
    return text
  }

  /// The names that begin so, sorted.
  private static func recipes(_ group: String) async throws -> [String] {
    let list = try await Mockrec.run(["recipes"], in: NSTemporaryDirectory()).stdout
    return list.split(separator: "\n").filter { $0.hasPrefix(group) }.map { String($0.prefix { $0 != " " }) }.sorted()
  }

  private static func statuses(_ recipes: [String]) async throws -> [Int] {
    var statuses: [Int] = []
    for recipe in recipes {
      let text = try await Mockrec.run(["recipes", recipe], in: NSTemporaryDirectory()).stdout
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("  status: ") })
      statuses.append(try #require(Int(line.dropFirst("  status: ".count))))
    }
    return statuses
  }

  private static func overlay(_ recipes: [String]) -> String {
    "rules:\n" + recipes.map { "  - {match: {path: /\($0)}, recipe: \($0)}\n" }.joined()
  }
}
