/// Why bytes are no protobuf message, a descriptor cannot be used, or JSON stands for no message of a type.
package struct ProtobufError: Error, Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    /// From the start of the message or descriptor that was read.
    case byte(Int)
    /// In the JSON that was to be written.
    case json(JSONLocation)
  }

  package var place: Place
  /// What is wrong, in plain words.
  package var message: String
  /// The name that was most likely meant; nil where none is near.
  package var nearest: String?

  /// Trouble with bytes.
  init(byte offset: Int, _ message: String) {
    self.place = .byte(offset)
    self.message = message
  }

  /// Trouble with a JSON value. Where that stands is told by those who pass the error on (`inside`).
  init(_ message: String, nearest: String? = nil) {
    self.place = .json(JSONLocation())
    self.message = message
    self.nearest = nearest
  }

  /// Does `body`, which concerns what stands at `step` of the value at hand: an error of it gets the step before its own.
  static func inside<Result>(
    _ step: JSONLocation.Step, _ body: () throws(ProtobufError) -> Result
  ) throws(ProtobufError) -> Result {
    do throws(ProtobufError) {
      return try body()
    } catch {
      guard case .json(let location) = error.place else { throw error }
      var outer = error
      outer.place = .json(JSONLocation([step] + location.steps))
      throw outer
    }
  }

  /// The error for who wrote the JSON.
  ///
  /// - Parameters:
  ///   - place: Where the JSON stands, as near as the caller knows.
  package func diagnostic(at place: Diagnostic.Place? = nil) -> Diagnostic {
    let diagnostic = Diagnostic(self.message, at: place, nearest: self.nearest)
    return switch self.place {
    case .byte(let offset): diagnostic.noting("byte", String(offset))
    case .json(let location): diagnostic.noting("path", location.shortDescription)
    }
  }
}

extension ProtobufError: CustomStringConvertible {
  package var description: String {
    let place =
      switch self.place {
      case .byte(let offset): "byte \(offset)"
      case .json(let location): location.shortDescription
      }
    return "\(place): \(self.message)\(self.nearest.map { "; nearest: \($0)" } ?? "")"
  }
}
