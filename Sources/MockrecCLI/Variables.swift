import ArgumentParser
import Foundation
import MockrecCore
import MockrecKit

/// Values that contracts are given: by the environment, by files, by options; the later ones count.
enum Variables {
  static func all(files: [String], options: [String]) throws -> [String: String] {
    var values = self.environment(ProcessInfo.processInfo.environment)
    for file in files { values.merge(try self.file(file)) { $1 } }
    return values.merging(try Pairs.variables(options)) { $1 }
  }

  /// `HURL_VARIABLE_name=value`, as Hurl reads it.
  private static func environment(_ environment: [String: String]) -> [String: String] {
    let prefix = "HURL_VARIABLE_"
    return Dictionary(
      environment.filter { $0.key.hasPrefix(prefix) && $0.key != prefix }
        .map { (String($0.key.dropFirst(prefix.count)), $0.value) }, uniquingKeysWith: { $1 })
  }

  /// A line `name=value` each; blank lines and those that begin with `#` say nothing.
  private static func file(_ path: String) throws -> [String: String] {
    let source = try Input.read(path)
    var values: [String: String] = [:]
    var offset = 0
    for line in source.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      if !text.isEmpty, !text.hasPrefix("#") {
        guard let pair = Pairs.split(text) else {
          throw Diagnostic(
            "a line of variables is name=value", at: Diagnostic.Place(source, at: offset),
            fix: "begin comments with #")
        }
        values[pair.0.trimmingCharacters(in: .whitespaces)] = pair.1.trimmingCharacters(in: .whitespaces)
      }
      offset += line.count + 1
    }
    return values
  }
}
