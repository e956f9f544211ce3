import MockrecCore
import MockrecWire

/// Asks HTTP services by libcurl, so that what a contract sends is what the world's most used client sends.
package struct CurlContractClient: ContractClient {
  /// Undoes the content codings of a body.
  package typealias Decoder = @Sendable (_ body: [UInt8], _ fields: Fields) throws(OriginFailure) -> [UInt8]

  private let client: CurlClient
  private let upgrade: CurlUpgrade
  private let timeout: Duration
  private let isRecorded: Bool
  private let origins: [OriginAddress]
  private let decode: Decoder
  private let wire: any ContractWire

  /// - Parameters:
  ///   - isRecorded: Requests are sent exactly as they were recorded: with the path and the cookies that they have.
  ///   - origins: The real services, which may have TLS settings of their own.
  package init(
    client: CurlClient, wire: any ContractWire, timeout: Duration, isRecorded: Bool = false,
    origins: [OriginAddress] = [], decode: @escaping Decoder
  ) {
    self.wire = wire
    self.origins = origins.filter { $0.tls != nil && $0.tls != ClientTLS() }
    self.client = client
    self.upgrade = CurlUpgrade(client)
    self.timeout = timeout
    self.isRecorded = isRecorded
    self.decode = decode
  }

  package func ask(_ request: ContractRequest) async throws(OriginFailure) -> Answer {
    var outgoing = CurlRequest(
      method: request.message.start[0], url: request.message.start[1],
      headers: request.message.fields.map { (name: $0.name, value: $0.value) })
    switch request.message.body.content {
    case .bytes(let bytes): if !bytes.isEmpty { outgoing.body = .bytes(bytes) }
    case .file(let path, _): outgoing.body = .file(path: path)
    }
    outgoing.timeout = self.timeout
    outgoing.keepsPath = self.isRecorded
    outgoing.cookies = self.isRecorded ? nil : request.cookies
    if let origin = self.origins.first(where: { outgoing.url.hasPrefix("\($0.scheme)://\($0.authority)") }) {
      outgoing.ask(origin)
    }
    let isInTheClear = outgoing.url.hasPrefix("h2c://")
    outgoing.nameVersion()
    try CurlContractOptions.apply(request.options, to: &outgoing)
    let reply: CurlReply
    do {
      reply = try await isInTheClear ? self.upgrade.perform(outgoing) : self.client.perform(outgoing)
    } catch let failure as OriginFailure {
      throw failure
    } catch {
      let failure = error as? CurlFailure
      var lost = OriginFailure(Self.kind(failure?.kind ?? .other), failure?.message ?? "\(error)")
      lost.isEarly = failure?.cameEarly == true && outgoing.lastField != nil
      throw lost
    }
    return try self.wire.answer(received: self.answer(reply, to: outgoing), to: request)
  }

  private func answer(_ reply: CurlReply, to request: CurlRequest) throws(OriginFailure) -> Answer {
    let head = reply.responses.last
    let fields = Fields((head?.headers ?? []).map { ($0.name, $0.value) })
    // libcurl has decoded what it offered to decode.
    let body = request.compressed ? reply.body : try self.decode(reply.body, fields)
    return Answer(
      version: head?.httpVersion ?? "", status: head?.status, statusText: head?.reason ?? "", fields: fields,
      body: body, rawBody: reply.body, trailers: Fields(reply.trailers.map { ($0.name, $0.value) }),
      duration: reply.timings.total, url: reply.effectiveURL,
      transfer: Answer.Transfer(
        ip: reply.primaryIP, redirects: Self.redirects(reply, from: request.url),
        certificate: Answer.Certificate(reply.certificate), cookies: request.cookies.map { _ in reply.cookies }))
  }

  private static func redirects(_ reply: CurlReply, from url: String) -> [Answer.Redirect] {
    var redirects: [Answer.Redirect] = []
    var here = url
    for response in reply.responses.dropLast() where response.status / 100 == 3 {
      guard let field = response.headers.first(where: { $0.name.equalsIgnoringCase("Location") }) else { continue }
      here = CurlURL.resolve(field.value, against: here) ?? field.value
      redirects.append(Answer.Redirect(status: response.status, location: here))
    }
    return redirects
  }

  private static func kind(_ kind: CurlFailure.Kind) -> OriginFailure.Kind {
    switch kind {
    case .couldNotResolve, .couldNotConnect: .unreachable
    case .timeout: .timedOut
    case .tls: .tls
    case .emptyReply, .reset: .reset
    default: .malformed
    }
  }
}

extension CurlRequest {
  /// Takes the version out of the scheme, where that names one: libcurl knows none such.
  fileprivate mutating func nameVersion() {
    guard let end = self.url.firstRange(of: "://")?.lowerBound,
      let (scheme, version, last) = Self.schemes[String(self.url[..<end])]
    else { return }
    self.url = scheme + self.url[end...]
    self.httpVersion = version
    self.lastField = last
  }

  private static let schemes: [String: (String, HTTPVersion, String?)] = [
    "h2c": ("http", .http2PriorKnowledge, nil), "grpc": ("http", .http2PriorKnowledge, "grpc-status"),
    "grpcs": ("https", .http2, "grpc-status"),
  ]

  /// Has the request heed the TLS settings of the real service that it is for.
  fileprivate mutating func ask(_ origin: OriginAddress) {
    guard let tls = origin.tls else { return }
    (self.caFile, self.certificateFile, self.keyFile) = (tls.authorities, tls.certificate, tls.key)
    self.insecure = !tls.verifies
    guard let name = tls.serverName, name != origin.host else { return }
    // libcurl asks for, and verifies, the name of the URL: it is sent to the real address, and still says its own host.
    if !self.headers.contains(where: { $0.name.lowercased() == "host" }) {
      let isUsual = origin.port == 443
      self.headers.append((name: "Host", value: isUsual ? origin.host : origin.authority))
    }
    self.connectTo.append("\(name):\(origin.port):\(origin.authority)")
    self.url =
      "\(origin.scheme)://\(name):\(origin.port)" + self.url.dropFirst("\(origin.scheme)://\(origin.authority)".count)
  }
}

extension Answer.Certificate {
  /// - Parameter lines: `name:value`, as libcurl gives them; nil where there are none.
  fileprivate init?(_ lines: [String]) {
    guard !lines.isEmpty else { return nil }
    let values = Dictionary(
      lines.compactMap { line -> (String, String)? in
        guard let colon = line.firstIndex(of: ":") else { return nil }
        return (line[..<colon].lowercased(), String(line[colon...].dropFirst()))
      }, uniquingKeysWith: { first, _ in first })
    let digits = values["serial number"] ?? ""
    let pairs = stride(from: 0, to: digits.count, by: 2).map { digits.dropFirst($0).prefix(2) }
    self.init(
      subject: values["subject"] ?? "", issuer: values["issuer"] ?? "",
      start: values["start date"].flatMap(Timestamp.init(certificate:)),
      end: values["expire date"].flatMap(Timestamp.init(certificate:)),
      serialNumber: digits.contains(":") ? digits : pairs.joined(separator: ":"),
      alternativeName: values["x509v3 subject alternative name"], pem: values["cert"] ?? "")
  }
}
