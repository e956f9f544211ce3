import MockrecCore
import MockrecWire

/// Asks HTTP services by libcurl, so that what a contract sends is what the world's most used client sends.
package struct CurlContractClient: ContractClient {
  private let client: CurlClient
  private let timeout: Duration
  private let decode: @Sendable (_ body: [UInt8], _ fields: Fields) -> [UInt8]

  /// - Parameter decode: Undoes the content codings of a body.
  package init(
    client: CurlClient, timeout: Duration, decode: @escaping @Sendable (_ body: [UInt8], _ fields: Fields) -> [UInt8]
  ) {
    self.client = client
    self.timeout = timeout
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
    self.apply(request.options, to: &outgoing)
    do throws(CurlFailure) {
      return self.answer(try await self.client.perform(outgoing))
    } catch {
      throw OriginFailure(Self.kind(error.kind), error.message)
    }
  }

  private func apply(_ options: Fields, to request: inout CurlRequest) {
    for option in options {
      switch option.name {
      case "user": request.userAndPassword = option.value
      case "insecure": request.insecure = option.value == "true"
      case "compressed": request.compressed = option.value == "true"
      case "location" where option.value == "true": request.maximumRedirects = request.maximumRedirects ?? 50
      case "max-redirs": request.maximumRedirects = Int(option.value)
      case "cacert": request.caFile = option.value
      case "http1.0" where option.value == "true": request.httpVersion = .http10
      case "http1.1" where option.value == "true": request.httpVersion = .http11
      default: continue
      }
    }
  }

  private func answer(_ reply: CurlReply) -> Answer {
    let head = reply.responses.last
    let fields = Fields((head?.headers ?? []).map { ($0.name, $0.value) })
    return Answer(
      version: head?.httpVersion ?? "", status: head?.status, statusText: head?.reason ?? "", fields: fields,
      body: self.decode(reply.body, fields), rawBody: reply.body, duration: reply.timings.total,
      url: reply.effectiveURL)
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
