import Foundation
import MockrecCore

/// Overlay files: YAML, read strictly, every value with its place.
enum OverlayFile {
  static let maximumBytes = 4 << 20

  /// - Throws: `Failure` with all that is wrong with the file, status 65; 64 where there is none.
  static func load(_ path: String) throws -> Overlay {
    guard let data = FileManager.default.contents(atPath: path) else {
      let exists = FileManager.default.fileExists(atPath: path)
      throw Failure.usage(
        Diagnostic(
          exists ? "the overlay \(path) cannot be read" : "there is no overlay \(path)",
          fix: exists ? "check its permissions" : "check the path; overlays lie in overlays/ by custom"))
    }
    guard data.count <= Self.maximumBytes, let text = String(validating: Array(data), as: UTF8.self) else {
      throw Failure(
        ExitStatus.data,
        Diagnostic("\(path) is not UTF-8, or longer than \(ByteSize(Self.maximumBytes))", fix: "is this an overlay?")
          .description)
    }
    do throws(Diagnostics) {
      return try Self.parse(text, path: path)
    } catch {
      throw Failure(ExitStatus.data, error.description)
    }
  }

  /// - Parameter name: A word that may stand in the place of `overlay`.
  static func parse(_ text: String, path: String, orName name: String? = nil) throws(Diagnostics) -> Overlay {
    var source = ConfigText(name: path, text: text)
    var problems: [Diagnostic] = []
    var root: OverlayNode?
    do throws(Diagnostic) {
      root = try source.compose(problems: &problems).map { node throws(Diagnostic) in try source.node(node) }
    } catch {
      problems.append(error)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let empty = OverlayNode(.empty, at: source.place(Spot(line: 1, column: 1)))
    return try Overlay(root ?? empty, file: path, orName: name, recipes: Recipes.all)
  }

  /// A fault as one line of YAML.
  static func node(_ text: String, name: String) throws(Diagnostic) -> OverlayNode {
    var source = ConfigText(name: name, text: text)
    var problems: [Diagnostic] = []
    guard let node = try source.compose(problems: &problems) else {
      return OverlayNode(.empty, at: source.place(Spot(line: 1, column: 1)))
    }
    return try source.node(node)
  }
}
