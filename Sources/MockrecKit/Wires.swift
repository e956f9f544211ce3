import GRPCWire
import HTTPWire
import MockrecCore
import MockrecWire
import RedisWire
import TCPWire
import UDPWire

/// The wires that are built in: a new one is one line here.
package enum Wires {
  /// What forward proxies speak.
  static let http = HTTPWire()

  package static let all: [any Wire] = [
    Self.http,
    GRPCWire(),
    RedisWire(),
    TCPWire(),
    UDPWire(),
  ]

  package static func named(_ name: String) throws(Diagnostic) -> any Wire {
    if let wire = self.all.first(where: { $0.name == name }) { return wire }
    let names = self.all.map(\.name)
    throw Diagnostic(
      "there is no wire '\(name)'", nearest: nearestWord(to: name, among: names),
      fix: "use one of: \(names.joined(separator: ", "))")
  }

  /// What mockrec.yaml needs to know of them.
  static func configContext(environment: [String: String]) -> ConfigContext {
    ConfigContext(
      wires: self.all.map { wire in
        .init(
          name: wire.name, schemes: wire.schemeNames,
          secureSchemes: wire.schemes.filter(\.value.usesTLS).keys.sorted(), framings: wire.framings,
          models: wire.models,
          modelOptions: Dictionary(uniqueKeysWithValues: wire.models.map { ($0, wire.options(of: $0)) }),
          takesSchema: wire is any SchemaWire, takesHandlers: wire is any HandlerWire,
          hasQuery: wire.matchWords.contains("query"))
      }, environment: environment,
      jsonPathProblem: { text in
        do throws(JSONPathError) {
          _ = try JSONPath(text)
          return nil
        } catch {
          return (error.message, error.offset)
        }
      })
  }

  /// The notation's words of all wires together.
  static var dialect: Dialect { Dialect(joining: self.all.map(\.dialect)) }
}
