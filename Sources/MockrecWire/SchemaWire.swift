import MockrecCore

/// A wire whose messages can only be read by those who know their types.
package protocol SchemaWire: Wire {
  /// The name of the file in a cassette that describes them.
  var schemaFile: String { get }
  /// All that is known of them, as such a file has it; nil for nothing.
  var schema: [UInt8]? { get }
  /// The same wire, which knows what these files describe too: where two describe the same, the first counts.
  ///
  /// - Throws: What is wrong with one, by its name.
  func reading(_ files: [(name: String, bytes: [UInt8])]) throws(Diagnostic) -> any SchemaWire
  /// Whether the types of a request's messages are known, or it is known that the service does not tell them.
  func knows(_ request: Message) -> Bool
  /// Asks the service for the types of a request's messages. All copies of this wire know them then.
  ///
  /// - Parameters:
  ///   - ask: Asks the real service.
  ///   - request: What it was asked.
  /// - Returns: What the user is to know: why messages cannot be read.
  func learn(_ request: Message, at address: String, ask: any ContractClient) async -> [String]
}
