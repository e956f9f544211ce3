import Foundation

@testable import RedisWire

/// One side of a comparison: a server with numbered connections.
protocol Side: AnyObject {
  /// Sends the command; its reply is read with `receive`.
  func send(_ commands: [[[UInt8]]], on connection: Int) throws
  /// The next reply on the connection, or nil when none came within the time.
  func receive(on connection: Int, milliseconds: Int32) throws -> Reply?
  /// Waits until the connection's command is known to wait; false when it does not.
  func isBlocked(on connection: Int) throws -> Bool
  func close(_ connection: Int)
}

/// The real server's side. Every connection has its own socket.
final class RealSide: Side {
  private let server: RealRedis
  private let control: RealConnection
  private let version: Int
  private var connections: [Int: RealConnection] = [:]

  init(_ server: RealRedis, control: RealConnection, version: Int) throws {
    self.server = server
    self.control = control
    self.version = version
    _ = try control.call("FLUSHALL")
  }

  func connection(_ number: Int) throws -> RealConnection {
    if let connection = self.connections[number] { return connection }
    let connection = try self.server.connect()
    if self.version == 3 { _ = try connection.call("HELLO", "3") }
    self.connections[number] = connection
    return connection
  }

  func send(_ commands: [[[UInt8]]], on connection: Int) throws { try self.connection(connection).send(commands) }

  func receive(on connection: Int, milliseconds: Int32) throws -> Reply? {
    try self.connection(connection).receive(milliseconds: milliseconds)
  }

  /// The number of blocked clients when the last one was seen to block.
  private var blocked = 0

  func isBlocked(on connection: Int) throws -> Bool {
    for _ in 0..<200 {
      let info = try self.control.call("CLIENT", "LIST")
      let lines = String(decoding: info.text ?? [], as: UTF8.self).split(separator: "\n")
      let count = lines.count {
        $0.contains(" flags=") && $0.split(separator: " ").contains { $0.hasPrefix("flags=") && $0.contains("b") }
      }
      if count > self.blocked {
        self.blocked = count
        return true
      }
      usleep(1000)
    }
    return false
  }

  func close(_ connection: Int) {
    self.connections[connection] = nil
    usleep(5000)
  }

  /// Told when a blocked command was answered, so that the next one is noticed.
  func unblocked() { self.blocked = max(0, self.blocked - 1) }
}

/// The fake's side: the same connections without sockets.
final class FakeSide: Side {
  private final class Connection {
    let client: RedisClient
    var parser = ReplyParser()
    var isBlocked = false
    init(client: RedisClient) { self.client = client }
  }

  private let fake: RedisFake
  private let version: Int
  private var connections: [Int: Connection] = [:]
  private let mailbox = Mailbox()

  /// What the fake delivered to clients by itself, by client id.
  private final class Mailbox {
    var messages: [Int64: [UInt8]] = [:]
  }

  init(seed: UInt64, version: Int) {
    self.version = version
    self.fake = RedisFake(seed: seed) {
      var now = timespec()
      clock_gettime(CLOCK_REALTIME, &now)
      return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
    let mailbox = self.mailbox
    self.fake.deliver = { client, bytes in mailbox.messages[Int64(client.id), default: []] += bytes }
  }

  private func connection(_ number: Int) -> Connection {
    if let connection = self.connections[number] { return connection }
    let connection = Connection(client: self.fake.open())
    self.connections[number] = connection
    if self.version == 3 {
      self.run([Array("HELLO".utf8), Array("3".utf8)], on: connection)
      connection.parser = ReplyParser()
    }
    return connection
  }

  private func run(_ command: [[UInt8]], on connection: Connection) {
    var writer = RESPWriter()
    writer.version = connection.client.version
    let arguments = command.map { bytes in bytes.withUnsafeBytes { RedisBytes($0) } }
    let outcome = self.fake.execute(arguments, for: connection.client, into: &writer)
    if case .blocked = outcome { connection.isBlocked = true } else { connection.isBlocked = false }
    connection.parser.append(writer.bytes)
  }

  func send(_ commands: [[[UInt8]]], on connection: Int) throws {
    let connection = self.connection(connection)
    for command in commands { self.run(command, on: connection) }
  }

  func receive(on connection: Int, milliseconds: Int32) throws -> Reply? {
    let connection = self.connection(connection)
    let deadline = Date().addingTimeInterval(Double(milliseconds) / 1000)
    while true {
      if let bytes = self.mailbox.messages.removeValue(forKey: Int64(connection.client.id)) {
        connection.parser.append(bytes)
      }
      if let reply = try connection.parser.next() { return reply }
      guard Date() < deadline else { return nil }
      usleep(500)
      self.fake.tick()
    }
  }

  func isBlocked(on connection: Int) throws -> Bool { self.connection(connection).isBlocked }

  func close(_ connection: Int) {
    guard let closed = self.connections.removeValue(forKey: connection) else { return }
    self.fake.close(closed.client)
  }
}
