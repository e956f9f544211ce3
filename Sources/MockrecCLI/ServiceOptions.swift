import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

/// Which services a run is about: those of mockrec.yaml, or one that is described on the command line.
struct ServiceOptions: ParsableArguments {
  @Argument(help: "Services of mockrec.yaml; all of them when none is named.")
  var services: [String] = []

  @Option(help: ArgumentHelp("Read this file instead of the nearest mockrec.yaml.", valueName: "file"))
  var config: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: the protocol, such as http.", valueName: "wire"))
  var wire: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: the real service.", valueName: "url"))
  var real: String?

  @Option(
    help: ArgumentHelp("Without mockrec.yaml: where to listen (127.0.0.1:0 picks a free port).", valueName: "host:port")
  )
  var listen: String?

  @Option(help: ArgumentHelp("Without mockrec.yaml: the cassette's folder, which names the service.", valueName: "dir"))
  var cassette: String?

  @Option(
    help: ArgumentHelp(
      "Without mockrec.yaml: where messages of the wire tcp end: line, idle:50ms, connection, delimiter:TEXT, "
        + "length:OFFSET,SIZE,big|little,ADJUST.", valueName: "framing"))
  var framing: String?

  @Option(
    help: ArgumentHelp(
      "Without mockrec.yaml: a FileDescriptorSet that describes the messages of the wire grpc.", valueName: "file"))
  var protoDescriptor: String?

  @Flag(help: "Without mockrec.yaml: speak TLS to clients, with a certificate of mockrec's own authority (mockrec ca).")
  var tls = false

  @OptionGroup var realTLS: TLSOptions

  /// The services that the options name, and where the run keeps its journal and history.
  ///
  /// - Parameters:
  ///   - needsCassette: Whether a service of the command line has to have one; it is named after its wire otherwise.
  ///   - discovery: Whether services may be found as a command asks for them.
  func resolved(needsCassette: Bool = true, discovery: Discovery? = nil) throws -> RunOptions {
    guard self.wire != nil || self.cassette != nil else { return try self.fromFile(discovery) }
    guard self.services.isEmpty, self.config == nil else {
      throw ValidationError("--wire and --cassette describe a service of their own: name no other, and no --config")
    }
    guard let cassette = self.cassette ?? (needsCassette ? nil : self.wire) else {
      throw ValidationError("--wire needs --cassette DIR: where the exchanges are kept")
    }
    return try Mockrec.options(
      wire: self.wire ?? "http", cassette: cassette, listen: self.listen, usesTLS: self.tls, real: self.real,
      realTLS: self.realTLS.settings, framing: self.framing, protoDescriptor: self.protoDescriptor,
      environment: ProcessInfo.processInfo.environment)
  }

  /// What a command may ask that no service was named for.
  enum Discovery {
    case anything, recorded
  }

  private func fromFile(_ discovery: Discovery?) throws -> RunOptions {
    let own = [
      ("--real", self.real), ("--listen", self.listen), ("--framing", self.framing),
      ("--proto-descriptor", self.protoDescriptor), ("--tls", self.tls ? "" : nil),
    ]
    var given = own.filter { $0.1 != nil }.map(\.0)
    if given.isEmpty, let discovery, self.services.isEmpty, self.config == nil, !WrappedCommand.words.isEmpty,
      let options = try Mockrec.optionsOfCommand(
        isRecorded: discovery == .recorded, realTLS: self.realTLS.settings)
    {
      return options
    }
    given += self.realTLS.names
    if let name = given.first {
      throw ValidationError("\(name) goes with --wire and --cassette; a service of mockrec.yaml has its own")
    }
    return try Mockrec.options(
      config: self.config, services: self.services, environment: ProcessInfo.processInfo.environment)
  }
}
