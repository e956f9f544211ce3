import CText
import Foundation
import MockrecCore
import MockrecStore

extension ContractServices {
  /// The clock, the environment, hashes, charsets and XPath of this machine.
  static let live: ContractServices = {
    var services = ContractServices()
    services.now = {
      let seconds = Date().timeIntervalSince1970
      let whole = seconds.rounded(.down)
      return Timestamp(seconds: Int64(whole), nanoseconds: Int((seconds - whole) * 1_000_000) * 1000)
    }
    services.environment = { ProcessInfo.processInfo.environment[$0] }
    services.sha256 = ContentDigest.sha256
    services.md5 = ContentDigest.md5
    services.decode = { bytes, charset in
      Charset.convert(bytes, from: charset, to: "UTF-8").flatMap { String(validating: $0, as: UTF8.self) }
    }
    services.encode = { text, charset in Charset.convert(Array(text.utf8), from: "UTF-8", to: charset) }
    services.xpath = XPath.evaluate
    services.xpathProblem = XPath.problem
    return services
  }()
}

/// Charsets by iconv, under the names that the web knows.
private enum Charset {
  static func convert(_ bytes: [UInt8], from: String, to: String) -> [UInt8]? {
    var count = 0
    let converted = bytes.withUnsafeBytes { buffer in
      mockrec_text_convert(
        self.name(from), self.name(to), buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count, &count)
    }
    guard let converted else { return nil }
    defer { mockrec_text_free(converted) }
    return Array(UnsafeRawBufferPointer(start: converted, count: count))
  }

  /// What iconv calls a charset where the web means another by the name. Source: https://encoding.spec.whatwg.org, 4.2.
  private static func name(_ label: String) -> String {
    switch label.lowercased() {
    case "gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese": "GB18030"
    case "iso-8859-1", "latin1", "ascii", "us-ascii": "CP1252"
    case "shift_jis", "sjis", "x-sjis", "ms_kanji": "CP932"
    case "euc-kr", "ks_c_5601-1987", "korean": "CP949"
    case "big5", "big5-hkscs", "x-x-big5": "BIG5-HKSCS"
    case "utf8", "unicode-1-1-utf-8": "UTF-8"
    // Without a mark of their own.
    case "utf-16", "unicode", "ucs-2": "UTF-16LE"
    default: label
    }
  }
}

/// XPath 1.0 by libxml2: FoundationXML, which stands on it, has no HTML and gives nodes only.
private enum XPath {
  @Sendable static func evaluate(_ expression: String, _ document: XMLText) throws(WordError) -> XPathValue {
    var text = document.text
    let result: mockrec_xpath_result? = text.withUTF8 { bytes in
      guard MarkupCost.isBounded(bytes, isHTML: document.isHTML) else { return nil }
      return mockrec_xpath(
        UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self), bytes.count, document.isHTML ? 1 : 0,
        expression)
    }
    guard let result else { throw .cannot("a document that is too large for this XPath") }
    defer { mockrec_text_free(result.text) }
    switch result.kind {
    case MOCKREC_XPATH_NODES: return .nodes(count: result.count)
    case MOCKREC_XPATH_BOOL: return .bool(result.count != 0)
    case MOCKREC_XPATH_NUMBER: return .number(result.number)
    case MOCKREC_XPATH_TEXT: return .text(result.text.map { String(cString: $0) } ?? "")
    case MOCKREC_XPATH_LIMIT: throw .cannot("a document that is too large for this XPath")
    case MOCKREC_XPATH_NO_EXPRESSION: throw .misuse("not a valid XPath\(self.words(result.text))")
    default:
      let kind = document.isHTML ? "HTML" : "XML"
      throw .cannot(document.text.isEmpty ? "no body" : "a body that is no \(kind)\(self.words(result.text))")
    }
  }

  @Sendable static func problem(_ expression: String) -> String? {
    guard let problem = mockrec_xpath_problem(expression) else { return nil }
    defer { mockrec_text_free(problem) }
    return "not a valid XPath\(self.words(problem))"
  }

  private static func words(_ problem: UnsafeMutablePointer<CChar>?) -> String {
    problem.map { ": \(String(cString: $0))" } ?? ""
  }
}
