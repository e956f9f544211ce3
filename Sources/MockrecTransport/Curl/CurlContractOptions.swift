import MockrecCore
import MockrecWire

/// What the `[Options]` of a contract are to libcurl.
enum CurlContractOptions {
  private typealias Setter = @Sendable (inout CurlRequest, String) -> Bool

  /// - Throws: For a value that the option does not take.
  static func apply(_ options: Fields, to request: inout CurlRequest) throws(OriginFailure) {
    var maximumRedirects = 50
    for option in options {
      if option.name == "max-redirs" {
        guard let maximum = Int(option.value), maximum >= -1 else { throw self.refusal(option.name, option.value) }
        maximumRedirects = maximum
      } else if let set = self.setters[option.name], !set(&request, option.value) {
        throw self.refusal(option.name, option.value)
      }
    }
    if request.maximumRedirects != nil { request.maximumRedirects = maximumRedirects }
  }

  private static func refusal(_ name: String, _ value: String) -> OriginFailure {
    OriginFailure(.malformed, "the option \(name) does not take '\(value)'")
  }

  private static let setters: [String: Setter] = [
    "user": text(\.userAndPassword),
    "cookie": text(\.ownCookies),
    "aws-sigv4": text(\.awsSignature),
    "cacert": text(\.caFile),
    "cert": { request, text in
      let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
      request.certificateFile = parts.first
      if parts.count > 1 { request.keyPassword = parts[1] }
      return true
    },
    "key": text(\.keyFile),
    "pinnedpubkey": text(\.pinnedKey),
    "proxy": text(\.proxy),
    "unix-socket": text(\.unixSocket),
    "connect-to": { request, text in
      request.connectTo.append(text)
      return true
    },
    // As connect-to, since libcurl would remember the address for all other requests, too.
    "resolve": { request, text in
      let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
      guard parts.count == 3 else { return false }
      let address = parts[2].contains(":") && !parts[2].hasPrefix("[") ? "[\(parts[2])]" : parts[2]
      request.connectTo.append("\(parts[0]):\(parts[1]):\(address):\(parts[1])")
      return true
    },
    "insecure": flag { $0.insecure = true },
    "compressed": flag { $0.compressed = true },
    "location": flag { $0.maximumRedirects = $0.maximumRedirects ?? 0 },
    "location-trusted": flag {
      $0.maximumRedirects = $0.maximumRedirects ?? 0
      $0.trustsRedirects = true
    },
    "path-as-is": flag { $0.keepsPath = true },
    "http1.0": flag { $0.httpVersion = .http10 },
    "http1.1": flag { $0.httpVersion = .http11 },
    "http2": flag { $0.httpVersion = .http2 },
    "http3": flag { $0.httpVersion = .http3 },
    "ipv4": flag { $0.addressFamily = .v4 },
    "ipv6": flag { $0.addressFamily = .v6 },
    "digest": flag { $0.authentication = .digest },
    "ntlm": flag { $0.authentication = .ntlm },
    "negotiate": flag { $0.authentication = .negotiate },
    "netrc": flag { $0.netrc = .required(path: $0.netrcFile) },
    "netrc-optional": flag { $0.netrc = .optional(path: $0.netrcFile) },
    "netrc-file": { request, text in
      if case .optional? = request.netrc {
        request.netrc = .optional(path: text)
      } else {
        request.netrc = .required(path: text)
      }
      return true
    },
    "max-time": { $0.set(\.timeout, $1) },
    "connect-timeout": { $0.set(\.connectTimeout, $1) },
    "limit-rate": { request, text in
      guard let rate = Int(text), rate > 0 else { return false }
      request.maximumRate = rate
      return true
    },
  ]

  private static func text(_ place: any WritableKeyPath<CurlRequest, String?> & Sendable) -> Setter {
    { request, text in
      request[keyPath: place] = text
      return true
    }
  }

  private static func flag(_ set: @escaping @Sendable (inout CurlRequest) -> Void) -> Setter {
    { request, text in
      guard let isSet = Bool(text) else { return false }
      if isSet { set(&request) }
      return true
    }
  }
}

extension CurlRequest {
  fileprivate var netrcFile: String? {
    switch self.netrc {
    case .optional(let path)?, .required(let path)?: path
    case nil: nil
    }
  }

  /// A time whose bare numbers are seconds.
  fileprivate mutating func set(_ place: WritableKeyPath<CurlRequest, Duration>, _ text: String) -> Bool {
    guard let duration = Duration(written: text, unit: 1000) else { return false }
    self[keyPath: place] = duration
    return true
  }
}
