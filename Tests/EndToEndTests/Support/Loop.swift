import Foundation

/// The loop that every suite of a real service goes through: record a client, stop the service, replay, ask again.
struct Loop {
  let folder: TemporaryFolder
  let recorded: Transcript
  let replayed: Transcript
  let recording: Mockrec.Finished
  let replay: Mockrec.Finished

  /// - Parameters:
  ///   - server: Is stopped before the replay begins.
  ///   - options: Of the client.
  ///   - recording: Options of mockrec when it records.
  ///   - serving: Options of mockrec when it records and when it replays.
  init(
    _ server: RealServer, client: String, options: [String] = [], recording: [String] = [], serving: [String] = []
  ) async throws {
    folder = try TemporaryFolder()
    let isSecure = serving.contains("--tls")
    let recorder = try await Mockrec.record(server.url, in: folder.path, serving + recording)
    recorded = try await Python.client(client, isSecure ? recorder.secureURL : recorder.url, options)
    self.recording = try await recorder.stop()
    try await server.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: Mockrec.wire(of: server.url), serving)
    replayed = try await Python.client(client, isSecure ? replayer.secureURL : replayer.url, options)
    replay = try await replayer.stop()
  }
}
