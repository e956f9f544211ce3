import Foundation

/// The loop that every suite of a real service goes through: record a client, stop the service, replay, ask again.
struct Loop {
  let folder: TemporaryFolder
  let recorded: Transcript
  let replayed: Transcript
  let recording: Mockrec.Finished
  let replay: Mockrec.Finished

  /// - Parameter server: Is stopped before the replay begins.
  init(_ server: RealServer, client: String) async throws {
    folder = try TemporaryFolder()
    let recorder = try await Mockrec.record(server.url, in: folder.path)
    recorded = try await Python.client(client, recorder.url)
    recording = try await recorder.stop()
    try await server.stop()
    let replayer = try await Mockrec.replay(in: folder.path, wire: server.scheme)
    replayed = try await Python.client(client, replayer.url)
    replay = try await replayer.stop()
  }
}
