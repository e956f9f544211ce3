import MockrecCore

extension Mockrec {
  /// What a JSONPath selects of a JSON text, as the text of a JSON array.
  ///
  /// - Throws: A `Diagnostic` with the place in the expression, or in the JSON.
  public static func query(_ expression: String, in source: SourceText) throws -> String {
    let path: JSONPath
    do throws(JSONPathError) {
      path = try JSONPath(expression)
    } catch {
      let text = SourceText(name: "<expression>", text: expression)
      let offset = String(String.UnicodeScalarView(expression.unicodeScalars.prefix(error.offset))).utf8.count
      throw Diagnostic(error.message, at: .init(text, at: offset))
    }
    let json: JSON
    do throws(JSONError) {
      json = try JSON.parse(source.bytes)
    } catch {
      throw Diagnostic(error.message, at: .init(source, at: error.offset))
    }
    do throws(JSONPathLimitError) {
      return JSON.array(try path.select(json)).prettyText
    } catch {
      throw Diagnostic("\(error)")
    }
  }
}
