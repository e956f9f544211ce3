import MockrecCore
import MockrecWire

extension Mockrec {
  /// The services of a mockrec.yaml.
  ///
  /// - Parameters:
  ///   - config: The file; the nearest mockrec.yaml when nil.
  ///   - services: Names; all services when empty.
  ///   - environment: For `${NAME}` in the file.
  /// - Throws: `Failure` with exit status 65 for a file that does not parse, 64 for a service that it does not have.
  public static func options(
    config: String?, services: [String] = [], environment: [String: String]
  ) throws -> RunOptions {
    let path: String
    do throws(Diagnostic) {
      if let config { path = config } else { path = try ConfigFile.find() }
    } catch {
      throw Failure.usage(error)
    }
    let file: ConfigFile
    do throws(Diagnostics) {
      file = try ConfigFile.load(path, Wires.configContext(environment: environment))
    } catch {
      throw Failure.data(error)
    }
    var chosen = file.services
    if !services.isEmpty {
      chosen = try services.map { name in
        if let service = file.services.first(where: { $0.name == name }) { return service }
        let names = file.services.map(\.name)
        throw Failure.usage(
          Diagnostic(
            "\(path) has no service '\(name)'", nearest: nearestWord(to: name, among: names),
            fix: "use one of: \(names.joined(separator: ", "))"))
      }
    }
    var options = RunOptions(services: chosen)
    options.otherServices = file.services.map(\.name).filter { name in !chosen.contains { $0.name == name } }
    options.recordMode = file.mode
    options.stateDirectory = file.directory.isEmpty ? ".mockrec" : "\(file.directory)/.mockrec"
    return options
  }

  /// Where there is no mockrec.yaml: whatever a command asks through a forward proxy. nil where there is one.
  ///
  /// - Parameters:
  ///   - isRecorded: Whether only what was recorded can be asked.
  ///   - realTLS: How services over TLS are asked.
  /// - Throws: `Failure` where nothing was recorded that could be.
  public static func optionsOfCommand(isRecorded: Bool, realTLS: ClientTLS = ClientTLS()) throws -> RunOptions? {
    guard (try? ConfigFile.find()) == nil else { return nil }
    var options = RunOptions(services: DiscoveredServices.recorded())
    for index in options.services.indices { options.services[index].realTLS = realTLS }
    options.discovers = true
    options.discoveredTLS = realTLS
    guard !isRecorded || !options.services.isEmpty else {
      throw Failure.usage(
        Diagnostic(
          "there is no mockrec.yaml, and nothing was recorded without one: no folder of "
            + "\(DiscoveredServices.folder)/ says whose answers it has",
          fix: "mockrec record -- <the command>, or mockrec init"))
    }
    return options
  }

  /// For contracts with whole URLs, where there is no mockrec.yaml: no service, and nothing is kept. nil where there is
  /// one.
  public static func optionsWithoutConfig() -> RunOptions? {
    guard (try? ConfigFile.find()) == nil else { return nil }
    var options = RunOptions(services: [])
    options.stateDirectory = nil
    return options
  }

  /// A service that is described without mockrec.yaml. It is named after its cassette's folder.
  ///
  /// - Throws: `Failure` with exit status 64 for an address that is none.
  public static func options(
    wire: String, cassette: String, listen: String? = nil, usesTLS: Bool = false, real: String? = nil,
    realTLS: ClientTLS = ClientTLS(), framing: String? = nil, protoDescriptor: String? = nil,
    environment: [String: String] = [:]
  ) throws -> RunOptions {
    let folder = cassette.hasSuffix("/") && cassette.count > 1 ? String(cassette.dropLast()) : cassette
    let name = folder.split(separator: "/").last.map(String.init) ?? "service"
    var settings = ServiceSettings(name: name == "." || name == ".." ? "service" : ServiceSettings.name(madeOf: name))
    settings.wire = wire
    settings.cassette = folder
    let known: any Wire
    do throws(Diagnostic) {
      known = try Wires.named(wire)
    } catch {
      throw Failure.usage(error)
    }
    if let listen {
      do throws(HostPort.Problem) {
        settings.listen = try HostPort(parsing: listen)
      } catch {
        throw Failure.usage(Diagnostic("--listen \(listen): \(error.message)", fix: error.fix))
      }
    }
    if let real {
      do throws(RealURL.Problem) {
        settings.real = RealAddress(try RealURL(parsing: real, schemes: known.schemeNames))
      } catch {
        throw Failure.usage(Diagnostic("--real: \(error.message)", fix: error.fix))
      }
    }
    settings.tls = usesTLS
    guard !usesTLS || known.schemes.values.contains(where: \.usesTLS) else {
      throw Failure.usage(Diagnostic("--tls: the wire \(wire) is not spoken over TLS", fix: "leave it out"))
    }
    settings.realTLS = realTLS
    if realTLS != ClientTLS(), let url = try? settings.real?.url(), known.schemes[url.scheme]?.usesTLS == false {
      let secure = known.schemes.first { $0.value.usesTLS }?.key
      throw Failure.usage(
        Diagnostic(
          "--ca, --cert, --key, --server-name and --insecure are for a real service over TLS, and --real begins with "
            + "\(url.scheme)://", fix: secure.map { "write \($0)://" } ?? "leave them out"))
    }
    if let framing {
      do throws(Framing.Problem) {
        let parsed = try Framing(parsing: framing)
        if let problem = parsed.problem(of: known.name, known.framings) { throw problem }
        settings.framing = parsed
      } catch {
        throw Failure.usage(Diagnostic("--framing: \(error.message)", nearest: error.nearest, fix: error.fix))
      }
    }
    guard protoDescriptor == nil || known is any SchemaWire else {
      throw Failure.usage(
        Diagnostic("--proto-descriptor: the wire \(wire) has no messages that it describes", fix: "leave it out"))
    }
    settings.protoDescriptor = protoDescriptor
    return RunOptions(services: [settings])
  }
}
