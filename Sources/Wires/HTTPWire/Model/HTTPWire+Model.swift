import MockrecCore
import MockrecIdentity
import MockrecWire

extension HTTPWire {
  package var models: [String] { ["oidc"] }

  package func options(of model: String) -> [String] { OIDCConfiguration.options }

  package func model(_ name: String, _ setup: ModelSetup) throws(Diagnostic) -> any ServiceModel {
    guard case .empty = setup.state else {
      throw Diagnostic("the model oidc starts from no state", fix: "write `users` and `clients` in place of `state`")
    }
    let configuration = try setup.options.map { node throws(Diagnostic) in try OIDCConfiguration(node) }
    return try OIDCModel(configuration ?? OIDCConfiguration(), setup)
  }
}
