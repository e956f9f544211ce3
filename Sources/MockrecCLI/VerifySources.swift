import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

/// Where a verification's services and contracts come from.
struct VerifySources {
  var command: Verify

  init(_ command: Verify) { self.command = command }

  func resolved() throws -> (RunOptions, VerifyOptions) {
    let environment = ProcessInfo.processInfo.environment
    var verify = VerifyOptions()
    if self.command.wire != nil || self.command.cassette != nil {
      guard self.command.contracts.isEmpty, self.command.service.isEmpty, self.command.config == nil else {
        throw ValidationError(
          "--wire and --cassette take the recorded exchanges as contracts: name no CONTRACT and no --service")
      }
      guard let cassette = self.command.cassette else {
        throw ValidationError("--wire needs --cassette DIR: the recorded exchanges")
      }
      guard self.command.real != nil || self.command.only == .fake else {
        throw ValidationError("--cassette needs --real URL: the service to compare with")
      }
      verify.contracts = [cassette]
      return (
        try Mockrec.options(
          wire: self.command.wire ?? "http", cassette: cassette, real: self.command.real,
          realTLS: self.command.realTLS.settings, framing: self.command.framing,
          protoDescriptor: self.command.protoDescriptor, environment: environment),
        verify
      )
    }
    guard self.command.framing == nil else {
      throw ValidationError("--framing goes with --wire and --cassette; a service of mockrec.yaml has its own")
    }
    guard self.command.real == nil else {
      throw ValidationError("--real goes with --wire and --cassette; a service of mockrec.yaml has its own")
    }
    if let name = self.command.realTLS.names.first {
      throw ValidationError("\(name) goes with --wire and --cassette; a service of mockrec.yaml has its own")
    }
    if self.command.config == nil, self.command.service.isEmpty, !self.command.contracts.isEmpty,
      let options = Mockrec.optionsWithoutConfig()
    {
      verify.protoDescriptor = self.command.protoDescriptor
      verify.contracts = try self.command.contracts.flatMap { try Files.hurl($0) }
      return (options, verify)
    }
    guard self.command.protoDescriptor == nil else {
      throw ValidationError(
        "a service of mockrec.yaml has its own descriptors: write `proto-descriptor: FILE` below it there")
    }
    let options = try Mockrec.options(
      config: self.command.config, services: self.command.service, environment: environment)
    let cassettes = Set(options.services.map { URL(fileURLWithPath: $0.cassette).standardizedFileURL.path })
    verify.contracts = try self.paths(options).flatMap { path in
      // The folder of a cassette is one contract: its exchanges belong together.
      cassettes.contains(URL(fileURLWithPath: path).standardizedFileURL.path) ? [path] : try Files.hurl(path)
    }
    return (options, verify)
  }

  private func paths(_ options: RunOptions) throws -> [String] {
    guard self.command.contracts.isEmpty else { return self.command.contracts }
    let files = FileManager.default
    if files.fileExists(atPath: "contracts") { return ["contracts"] }
    let recorded = options.services.map(\.cassette).filter { files.fileExists(atPath: $0) }
    guard recorded.isEmpty else { return recorded }
    throw Failure(
      ExitStatus.usage,
      Diagnostic(
        "there is nothing to verify: no folder contracts/, and no cassette",
        fix: "record one (mockrec record -- <a command>), or write contracts/NAME.hurl"
      ).description)
  }
}
