import Foundation

/// A redis-server of the test's own on a free loopback port, in a temporary folder; gone when this value or the process
/// is.
final class RealRedis {
  let port: UInt16
  private let process = Process()
  /// The shell that guards the server ends it when this pipe closes, so also when the test process crashes.
  private let lifeline = Pipe()
  private let folder: URL

  init() throws {
    guard FileManager.default.isExecutableFile(atPath: "/usr/bin/redis-server") else {
      throw ReplyError(description: "redis-server is missing: apt-get install redis-server")
    }
    self.port = try Self.freePort()
    self.folder = FileManager.default.temporaryDirectory.appendingPathComponent("redisfake-\(getpid())-\(self.port)")
    try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    let arguments =
      "--save '' --appendonly no --port \(self.port) --bind 127.0.0.1 --enable-debug-command yes --daemonize no"
    self.process.executableURL = URL(fileURLWithPath: "/bin/sh")
    self.process.arguments = [
      "-c", "/usr/bin/redis-server \(arguments) >server.log 2>&1 & server=$!; read _; kill -9 $server; rm -rf \"$PWD\"",
    ]
    self.process.currentDirectoryURL = self.folder
    self.process.standardInput = self.lifeline
    self.process.standardOutput = FileHandle.nullDevice
    self.process.standardError = FileHandle.nullDevice
    try self.process.run()
    let deadline = Date().addingTimeInterval(10)
    while (try? RealConnection(port: self.port)) == nil {
      guard Date() < deadline else {
        throw ReplyError(description: "redis-server did not listen on \(self.port) within 10 s")
      }
      usleep(5000)
    }
  }

  deinit {
    try? self.lifeline.fileHandleForWriting.close()
    self.process.waitUntilExit()
  }

  func connect() throws -> RealConnection { try RealConnection(port: self.port) }

  /// A port nothing listens on, below those that the kernel gives to connecting sockets: connecting to one of those
  /// before the server listens can meet itself.
  private static func freePort() throws -> UInt16 {
    for _ in 0..<100 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(descriptor) }
      var address = RealConnection.loopback(port: UInt16.random(in: 20000..<32000))
      let bound = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
          bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if bound { return UInt16(bigEndian: address.sin_port) }
    }
    throw ReplyError(description: "no free port: errno \(errno)")
  }
}
