import Foundation
import MockrecCore
import Yams

/// Overlay files: YAML, read strictly, every value with its place.
enum OverlayFile {
  private static let maximumBytes = 4 << 20
  /// Values of a file read all in all, aliases followed.
  private static let maximumValues = 500_000
  private static let maximumDepth = 16

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

  static func parse(_ text: String, path: String) throws(Diagnostics) -> Overlay {
    var source = ConfigText(name: path, text: text)
    var problems: [Diagnostic] = []
    var root: OverlayNode?
    do throws(Diagnostic) {
      var reader = Reader(count: 0)
      root = try source.compose(problems: &problems).map { node throws(Diagnostic) in
        try reader.read(node, source, depth: 0)
      }
    } catch {
      problems.append(error)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    let empty = OverlayNode(.empty, at: source.place(Spot(line: 1, column: 1)))
    return try Overlay(root ?? empty, file: path, recipes: Recipes.all)
  }

  /// A fault as one line of YAML.
  static func node(_ text: String, name: String) throws(Diagnostic) -> OverlayNode {
    var source = ConfigText(name: name, text: text)
    var problems: [Diagnostic] = []
    guard let node = try source.compose(problems: &problems) else {
      return OverlayNode(.empty, at: source.place(Spot(line: 1, column: 1)))
    }
    var reader = Reader(count: 0)
    return try reader.read(node, source, depth: 0)
  }

  private struct Reader {
    var count: Int

    mutating func read(_ node: Node, _ source: ConfigText, depth: Int) throws(Diagnostic) -> OverlayNode {
      let place = source.place(Spot(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1))
      self.count += 1
      guard self.count <= OverlayFile.maximumValues, depth <= OverlayFile.maximumDepth else {
        throw Diagnostic("too many values, or nested too deep", at: place, fix: "split the overlay")
      }
      switch node {
      case .scalar(let scalar):
        let isEmpty = scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
        return OverlayNode(isEmpty ? .empty : .text(scalar.string), at: place, isQuoted: scalar.style != .plain)
      case .sequence(let sequence):
        var list: [OverlayNode] = []
        for node in sequence { list.append(try self.read(node, source, depth: depth + 1)) }
        return OverlayNode(.list(list), at: place)
      case .mapping(let mapping):
        var pairs: [(key: OverlayNode, value: OverlayNode)] = []
        for (key, value) in mapping {
          pairs.append(
            (try self.read(key, source, depth: depth + 1), try self.read(value, source, depth: depth + 1)))
        }
        return OverlayNode(.mapping(pairs), at: place)
      case .alias: throw Diagnostic("an alias that names nothing", at: place, fix: "write the value out")
      }
    }
  }
}
