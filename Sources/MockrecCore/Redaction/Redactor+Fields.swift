extension Redactor {
  /// The value of a header or trailer field.
  ///
  /// Authorization keeps its scheme and, where it has them, the names of its parameters (RFC 9110, 11.4); Cookie keeps
  /// the cookies' names and Set-Cookie the attributes as well (RFC 6265, 4.1.1, 4.2.1). All other fields are read
  /// for the secrets of URLs and the shapes of well-known secrets.
  package func field(name: String, value: String, replaced: inout Int) -> String {
    guard self.isOn, !value.isEmpty else { return value }
    if name.utf8.count > 4, name.suffix(4).lowercased() == "-bin" {
      return self.binary(name: name, value: value, replaced: &replaced)
    }
    guard self.headers.contains(name) else { return self.text(value, replaced: &replaced) }
    switch name.lowercased() {
    case "authorization", "proxy-authorization", "x-forwarded-authorization":
      return Self.credentials(value, replaced: &replaced)
    case "cookie": return Self.pairs(value, limit: .max, replaced: &replaced)
    case "set-cookie": return Self.pairs(value, limit: 1, replaced: &replaced)
    default: return Self.hide(value, replaced: &replaced)
    }
  }

  /// Metadata of gRPC that is bytes, as base64: a secret name's without its ending, a protobuf message's texts.
  ///
  /// Source: grpc/grpc, doc/PROTOCOL-HTTP2.md, Binary-Header.
  private func binary(name: String, value: String, replaced: inout Int) -> String {
    let isSecret = self.headers.contains(String(name.dropLast(4)))
    let messages = ProtobufRedaction(schema: ProtobufSchema(), redactor: self)
    let type = name.equalsIgnoringCase("grpc-status-details-bin") ? "google.rpc.Status" : nil
    var parts: [String] = []
    for part in value.split(separator: ",", omittingEmptySubsequences: false) {
      let text = String(part.trimmingBlanks)
      guard let bytes = try? ProtobufText.bytes(.string(text)), !bytes.isEmpty else {
        parts.append(isSecret ? Self.hide(text, replaced: &replaced) : self.text(text, replaced: &replaced))
        continue
      }
      let clean = isSecret ? SecretValue(bytes).pseudonym : messages.clean(bytes, type: type)
      guard clean != bytes else {
        parts.append(String(part))
        continue
      }
      replaced += 1
      let encoded = ProtobufText.base64(clean[...])
      parts.append(text.hasSuffix("=") ? encoded : String(encoded.prefix { $0 != "=" }))
    }
    return parts.joined(separator: ",")
  }

  package func field(name: String, value: String) -> String {
    var replaced = 0
    return self.field(name: name, value: value, replaced: &replaced)
  }

  package func fields(_ fields: Fields, replaced: inout Int) -> Fields {
    guard self.isOn else { return fields }
    var count = 0
    defer { replaced += count }
    return fields.mapValues { self.field(name: $0.name, value: $0.value, replaced: &count) }
  }

  /// The schemes that are kept; what follows another first word may be the rest of the secret, and the word too.
  /// True where parameters follow the scheme.
  static let schemes: [String: Bool] = [
    "basic": false, "bearer": false, "dpop": false, "negotiate": false, "ntlm": false, "token": false,
    "apikey": false, "api-key": false, "key": false, "jwt": false, "ssws": false, "splunk": false, "aws": false,
    "sharedkey": false, "genie": false, "digest": true, "oauth": true, "hawk": true, "signature": true,
    "mutual": true, "hoba": true, "vapid": true, "gnap": true, "scram-sha-1": true, "scram-sha-256": true,
    "aws4-hmac-sha256": true,
  ]

  private static func credentials(_ value: String, replaced: inout Int) -> String {
    guard let space = value.firstIndex(of: " "), let hasParameters = Self.schemes[value[..<space].lowercased()] else {
      return Self.hide(value, replaced: &replaced)
    }
    let rest = value[value.index(after: space)...]
    let head = value[...space]
    guard hasParameters else { return head + Self.hide(String(rest), replaced: &replaced) }
    return head + Self.parameters(rest, replaced: &replaced)
  }

  /// `name=value, name="value"`: every value hidden, names, quotes, commas and blanks kept.
  private static func parameters(_ text: Substring, replaced: inout Int) -> String {
    var result = ""
    var rest = text
    while let equals = rest.firstIndex(of: "=") {
      let name = rest[..<equals].drop { $0 == "," || $0 == " " || $0 == "\t" }
      result += rest[...equals]
      rest = rest[rest.index(after: equals)...]
      var value = rest.prefix { $0 != "," }
      let isQuoted = rest.first == "\""
      if isQuoted { value = Self.quoted(rest) }
      rest = rest[value.endIndex...]
      let inner = isQuoted ? String(value.dropFirst()) : String(value)
      if isQuoted, rest.first == "\"" { rest = rest.dropFirst() }
      let hidden: String
      if RedactionRules.oneTime.contains(String(name)), !inner.isEmpty {
        hidden = String(decoding: Pseudonym.oneTime, as: UTF8.self)
        if inner != hidden { replaced += 1 }
      } else {
        // The rest of an AWS credential is a scope, which holds the date.
        let scope = name.equalsIgnoringCase("credential") ? inner.firstIndex(of: "/") : nil
        hidden = Self.hide(String(inner[..<(scope ?? inner.endIndex)]), replaced: &replaced)
      }
      result += isQuoted ? "\"\(hidden)\"" : hidden
    }
    // What is no parameter is not known to be harmless.
    let remainder = rest.trimmingBlanks
    return remainder.isEmpty ? result + rest : result + Self.hide(String(remainder), replaced: &replaced)
  }

  /// A quoted string from its quote up to the closing one, which is not part of it (RFC 9110, 5.6.4).
  private static func quoted(_ text: Substring) -> Substring {
    var index = text.index(after: text.startIndex)
    while index < text.endIndex, text[index] != "\"" {
      if text[index] == "\\" { index = text.index(after: index) }
      if index < text.endIndex { index = text.index(after: index) }
    }
    return text[..<index]
  }

  /// `name=value; name=value`: the values of the first `limit` pairs hidden.
  private static func pairs(_ text: String, limit: Int, replaced: inout Int) -> String {
    var parts: [String] = []
    for (index, part) in text.split(separator: ";", omittingEmptySubsequences: false).enumerated() {
      guard index < limit else {
        parts.append(String(part))
        continue
      }
      let start = part.firstIndex(of: "=").map { part.index(after: $0) } ?? part.firstIndex { $0 != " " }
      guard let start else {
        parts.append(String(part))
        continue
      }
      let value = part[start...].trimmingBlanks
      let isQuoted = value.count >= 2 && value.first == "\"" && value.last == "\""
      let inner = isQuoted ? value.dropFirst().dropLast() : value
      let hidden = Self.hide(String(inner), replaced: &replaced)
      parts.append(part[..<start] + (isQuoted ? "\"\(hidden)\"" : hidden))
    }
    return parts.joined(separator: ";")
  }

  /// The pseudonym of a whole value; nothing stays nothing.
  static func hide(_ secret: String, replaced: inout Int) -> String {
    guard !secret.isEmpty else { return secret }
    let pseudonym = Pseudonym.text(of: secret)
    if pseudonym != secret { replaced += 1 }
    return pseudonym
  }
}
