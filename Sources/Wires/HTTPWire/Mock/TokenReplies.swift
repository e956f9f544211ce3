import MockrecCore
import MockrecIdentity
import MockrecTemplates
import MockrecWire
import Synchronization

/// `{{jwt …}}` in one reply.
///
/// Claims have names: `{{jwt sub={{request.form.client_id}} exp="+1h"}}`; a JSON object may stand before them. `alg`,
/// `header` and `secret` are no claims.
final class TokenReplies: Sendable {
  private let signs = Atomic<Bool>(false)

  /// Whether any was found.
  var isUsed: Bool { self.signs.load(ordering: .relaxed) }

  /// - Parameter keys: nil where no reply is ever made.
  func function(_ keys: SigningKeys?) -> ReplyFunction {
    ReplyFunction(
      arguments: 0...1, options: nil, secrets: ["secret"], json: [.index(0), .option("header")],
      // Signing with RSA.
      cost: 1 << 17,
      prepare: { () throws(WordError) in
        self.signs.store(true, ordering: .relaxed)
        // Made before anybody waits for them.
        do throws(Diagnostic) { _ = try keys?.jwks() } catch { throw Self.misuse(error) }
      },
      read: { argument, value throws(WordError) in try Self.read(argument, value) },
      evaluate: { call throws(WordError) in
        guard let keys else { throw .cannot("nothing is signed here") }
        return .text(try Self.token(call, TokenFunction(keys)))
      })
  }

  /// A value as `token` takes it: claims as JSON.
  private static func read(_ argument: ReplyArgument, _ value: ContractValue) throws(WordError) -> ContractValue {
    do throws(Diagnostic) {
      switch argument {
      case .index:
        let claims = try self.object(value, "the claims of a token are")
        try TokenFunction.check(claims)
        return .json(.object(claims))
      case .option("header"):
        let header = try self.object(value, "the header of a token is")
        try SigningKeys.check(header: header)
        return .json(.object(header))
      case .option("alg"): return .text(try TokenFunction.algorithm(value.json?.string ?? "").rawValue)
      case .option("secret"): return value
      case .option(let name):
        guard let json = value.claim else { throw Diagnostic("`\(name)` is no value that a claim can have") }
        try TokenFunction.check(JSONObject([.init(key: name, value: json)]))
        return .json(json)
      }
    } catch {
      throw Self.misuse(error)
    }
  }

  private static func object(_ value: ContractValue, _ what: String) throws(Diagnostic) -> JSONObject {
    if case .json(.object(let object)) = value { return object }
    guard case .json(.string(let text)) = value, let object = (try? JSON.parse(text))?.object else {
      throw Diagnostic("\(what) a JSON object, and not this", fix: "write `{\"sub\": \"ada\"}`")
    }
    return object
  }

  private static func token(_ call: ReplyCall, _ function: TokenFunction) throws(WordError) -> String {
    var claims = call.arguments.first?.json?.object ?? JSONObject()
    var (header, algorithm, secret) = (JSONObject(), TokenFunction.usual, [UInt8]?.none)
    do throws(Diagnostic) {
      for (name, value) in call.options {
        switch name {
        case "alg": algorithm = try TokenFunction.algorithm(value.json?.string ?? "")
        case "header": header = value.json?.object ?? JSONObject()
        case "secret": secret = Array((value.json?.string ?? "").utf8)
        default: claims = claims.setting(name, to: value.json ?? .null)
        }
      }
      let moment = call.context.moment
      return try function.token(
        claims, header: header, with: algorithm, secret: secret,
        now: moment.seconds * 1000 + Int64(moment.nanoseconds / 1_000_000))
    } catch {
      throw .cannot(Self.words(error))
    }
  }

  private static func misuse(_ problem: Diagnostic) -> WordError { .misuse(self.words(problem)) }

  private static func words(_ problem: Diagnostic) -> String {
    ([problem.message] + problem.notes.map { "\($0.label): \($0.text)" }).joined(separator: "; ")
  }
}

extension ContractValue {
  /// As a claim has it: a date in seconds since 1970 (RFC 7519, section 2).
  fileprivate var claim: JSON? {
    switch self {
    case .json(let json): json
    case .date(let date): .number(JSONNumber(date.seconds))
    default: nil
    }
  }
}
