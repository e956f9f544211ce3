/// The variables of one side of one contract: what its captures took, and the services' addresses.
package typealias Variables = [String: ContractValue]

extension ContractValue {
  /// As a placeholder shows it: a string without quotes, a date as RFC 3339 has it, everything else as JSON. nil for what
  /// is no text.
  package var variableText: String? {
    switch self {
    case .json(let json): json.string ?? json.description
    case .date(let moment): moment.text
    case .bytes, .nodes, .pattern, .read: nil
    }
  }

  /// The value that `name=value` gives a variable: a number, a boolean or null where it reads so, else a string. What
  /// stands in double quotes is a string without them.
  package init(written text: String) {
    if text.count > 1, text.hasPrefix("\""), text.hasSuffix("\"") {
      self = .text(String(text.dropFirst().dropLast()))
    } else if let json = try? JSON.parse(text), json.array == nil, json.object == nil {
      self = .json(json)
    } else {
      self = .text(text)
    }
  }
}
