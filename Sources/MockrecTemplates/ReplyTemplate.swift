import MockrecCore
import Mustache

/// A text of a mock's reply with placeholders, read once and rendered for each request.
///
/// A text without sections is its pieces, one after the other; one with sections is swift-mustache's, whose placeholders
/// are the numbers of `values`.
package struct ReplyTemplate: Sendable {
  enum Form: Sendable {
    case pieces([Piece])
    case sections(MustacheTemplate)
  }

  enum Piece: Sendable {
    case text([UInt8])
    /// Its index in `values`.
    case value(Int)
  }

  /// What stands in one pair of braces.
  struct Value: Sendable {
    var expression: ReplyExpression
    var use: Use
  }

  enum Use: Sendable {
    case value(Spelling)
    /// - Parameter bytes: How long the section's own text is, without those of sections in it.
    case section(bytes: Int)
    case inverted
  }

  let form: Form
  let values: [Value]
  /// How long the text itself is that stands in no section, in bytes.
  let length: Int
  /// In which placeholders have their places.
  let source: SourceText

  /// - Parameters:
  ///   - template: From the headers or the body of a reply.
  ///   - source: The text that it was read from.
  ///   - captures: The names that the entry's path has in braces.
  ///   - functions: Beside those that every mock has.
  /// - Throws: For a name, an argument or a section that is wrong, at its place.
  package init(
    _ template: Template, as escaping: Escaping, in source: SourceText, captures: Set<String> = [],
    functions: [String: ReplyFunction] = [:]
  ) throws(Diagnostic) {
    let compiler = ReplyCompiler(
      source: source, functions: ReplyFunction.builtin.merging(functions) { $1 }, captures: captures)
    var builder = ReplyTemplateBuilder(compiler, escaping)
    try builder.read(template)
    (self.form, self.values, self.length) = (try builder.form(), builder.values, builder.length)
    self.source = source
  }

  /// Whether a template says the same for every request: it has no placeholders and no tags.
  package static func isConstant(_ template: Template) -> Bool { template.literal != nil }

  /// The text for a request.
  ///
  /// - Throws: Where a value cannot be had, or the text would be longer than the context's limit.
  /// - Complexity: O(length of the text and of the parts of the request that it asks for); loops and filters are bounded
  ///   by the limit too.
  package func render(_ context: ReplyContext) throws(ReplyTemplateFailure) -> [UInt8] {
    let rendering = Rendering(self, context)
    try rendering.write(self.length)
    switch self.form {
    case .pieces(let pieces):
      var output: [UInt8] = []
      output.reserveCapacity(self.length + 64 * self.values.count)
      for piece in pieces {
        switch piece {
        case .text(let text): output.append(contentsOf: text)
        case .value(let index): try rendering.append(index, nil, to: &output)
        }
      }
      return output
    case .sections(let template):
      let text = template.render(MustacheElement(rendering, nil))
      if let failure = rendering.failure { throw failure }
      return Array(text.utf8)
    }
  }
}
