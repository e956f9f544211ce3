/// What the words of the language need of the world outside this library, which has no clock, no environment and no
/// other libraries: the Kit fills it in.
package struct ContractServices: Sendable {
  /// The moment.
  package var now: @Sendable () -> Timestamp
  /// The value of an environment variable, for `getEnv`.
  package var environment: @Sendable (_ name: String) -> String?
  package var sha256: @Sendable ([UInt8]) -> [UInt8]
  package var md5: @Sendable ([UInt8]) -> [UInt8]
  /// Text of a charset that this library does not know itself; nil for bytes that are no such text, and unknown names.
  package var decode: @Sendable (_ bytes: [UInt8], _ charset: String) -> String?
  package var encode: @Sendable (_ text: String, _ charset: String) -> [UInt8]?
  /// What an XPath 1.0 expression gives of a document.
  package var xpath: @Sendable (_ expression: String, _ document: XMLText) throws(WordError) -> XPathValue
  /// Why an expression is no XPath; nil where it is one.
  package var xpathProblem: @Sendable (_ expression: String) -> String?

  /// Services of which each word says that it is not to be had.
  package init() {
    self.now = { Timestamp(seconds: 0) }
    self.environment = { _ in nil }
    self.sha256 = { _ in [] }
    self.md5 = { _ in [] }
    self.decode = { _, _ in nil }
    self.encode = { _, _ in nil }
    self.xpath = { _, _ throws(WordError) in throw .cannot("a document, which nothing here reads") }
    self.xpathProblem = { _ in nil }
  }
}

/// A document to be asked by XPath.
package struct XMLText: Sendable {
  package var text: String
  /// HTML may be written carelessly; XML must be well-formed.
  package var isHTML: Bool

  package init(_ text: String, isHTML: Bool) {
    self.text = text
    self.isHTML = isHTML
  }
}

package enum XPathValue: Sendable, Hashable {
  case nodes(count: Int)
  case text(String)
  case number(Double)
  case bool(Bool)
}
