import MockrecCore
import Testing

@testable import MockrecKit

@Suite("What reading XML and HTML may cost")
struct MarkupCostTests {
  private static func count(_ text: String, isHTML: Bool = false) throws -> XPathValue {
    try ContractServices.live.xpath("count(//b)", XMLText(text, isHTML: isHTML))
  }

  private static let many = (0..<11_000).map { "a\($0)=''" }.joined(separator: " ")
  private static let elements = String(repeating: "<b c='' d=''>text = a &lt; b='' </b>", count: 30_000)
  private static let spaces = (0..<4_000).map { "xmlns:a\($0)='u'" }.joined(separator: " ")
  private static let declared = (0..<500).map { "a\($0) CDATA ''" }.joined(separator: " ")
  private static let references = (0..<9_000).map { "a\($0)&#61;''" }.joined(separator: " ")

  @Test(
    "a document whose attributes would be compared for seconds is not read",
    arguments: [
      "<a \(Self.many)/>", "<a \(Self.many.replacing("=", with: " =\n"))/>", "<a><b>\(Self.many)</b></a>",
      // What is not well-formed is read on by libxml2.
      "<a 1 b='<c \(Self.many)/>'/>", "<!-- \u{1} <c \(Self.many)/> -->", "<a><?1 <c \(Self.many)?></a>",
      "<!DOCTYPE a [<!ENTITY b \"&#60;a \(Self.references)/>\">]><a>&b;</a>",
      "<!DOCTYPE a [<!ATTLIST b \(Self.declared)>]><a>" + String(repeating: "<b/>", count: 1_000) + "</a>",
      "<a \(Self.spaces)>" + String(repeating: "<a0:b/>", count: 30_000) + "</a>",
    ])
  func unbounded(text: String) {
    for isHTML in text.hasPrefix("<a a0=") ? [false, true] : [false] {
      #expect { try Self.count(text, isHTML: isHTML) } throws: {
        ($0 as? WordError)?.reason.contains("too large for this XPath") == true
      }
    }
  }

  @Test(
    "documents that are long and no more are read",
    arguments: [
      "<a>\(Self.elements)</a>", "<a xmlns:s='u'>\(Self.elements)</a>",
      "<!DOCTYPE a [<!ENTITY c 'd'><!ATTLIST b e CDATA 'f'>]><a>\(String(repeating: "<b>&c;</b>", count: 60))</a>",
      "<a><![CDATA[\(Self.elements)]]><b/></a>",
    ])
  func bounded(text: String) throws {
    let wanted = text.hasSuffix("<b/></a>") ? 1 : text.hasPrefix("<!") ? 60 : 30_000
    #expect(try Self.count(text) == .number(Double(wanted)))
  }

  @Test(
    "what ends anywhere is no document, and no more", arguments: ["", "<", "<a b", "<a b=", "<a b= '", "<!ENTIT", "x"])
  func short(text: String) {
    #expect { try Self.count(text) } throws: { ($0 as? WordError)?.reason.contains("too large") == false }
  }
}
