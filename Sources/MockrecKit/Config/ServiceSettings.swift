import MockrecCore

/// One service of mockrec.yaml with every default filled in.
public struct ServiceSettings: Sendable {
  /// What makes requests equal, beside what the wire always compares.
  public struct Match: Sendable, Hashable {
    /// Request headers that are part of the match.
    public var headers: [String] = []
    public var ignoredHeaders: [String] = []
    public var ignoredQuery: [String] = []
    /// JSONPaths (RFC 9535) in JSON bodies.
    public var ignoredJSON: [String] = []
    /// Of requests of a protocol that mockrec does not speak: what does not count, and what replies repeat.
    public var bytes = ByteRules()

    public init() {}
  }

  /// What never reaches the disk.
  public struct Redaction: Sendable, Hashable {
    public var isOn = true
    /// Names added to the usual ones: of headers, query, form fields and JSON members alike.
    public var names: [String] = []
    /// Usual names that are no secret here.
    public var keep: [String] = []
    /// Regular expressions of what is secret in bytes of a protocol that mockrec does not speak.
    public var patterns: [String] = []

    public init() {}
  }

  public struct Limits: Sendable, Hashable {
    /// The longest body of one message; nil for no limit, as bodies stream.
    public var body: ByteSize?
    /// The longest head of one message.
    public var header = ByteSize(64 * 1024)

    public init() {}
  }

  /// Where in mockrec.yaml the service stands, for messages such as "loosen `match` in mockrec.yaml:7".
  public struct Origin: Sendable, Hashable {
    public var file: String
    /// The line of the service's name, from 1.
    public var line: Int
    /// The line of its `match`, where it has one.
    public var matchLine: Int?
  }

  /// What plays the service where no cassette does.
  public struct Fake: Sendable {
    public enum State: Sendable {
      case empty
      /// Names and values.
      case values(JSONObject)
      /// As the service was when the cassette's recording began.
      case cassette
    }

    /// The name of a model of the service's wire.
    public var model: String
    public var state: State = .empty
    /// What else mockrec.yaml says of it.
    package var options: OverlayNode?

    public init(model: String) { self.model = model }
  }

  public var name: String
  /// Nil for a service that is replayed from its cassette.
  public var fake: Fake?
  /// What answers what no entry does; nil where that is a miss.
  public var handler: Handler?
  /// The name of a wire.
  public var wire = "http"
  public var listen = HostPort(host: "127.0.0.1", port: 0)
  /// Whether clients speak TLS to mockrec, which shows them certificates of its own authority.
  public var tls = false
  /// Nil for a service that is only ever replayed.
  public var real: RealAddress?
  /// How the real service is asked, where that is over TLS.
  public var realTLS = ClientTLS()
  /// The environment variable that tells a wrapped command the service's address.
  public var environmentName: String
  /// The cassette's folder, relative to the working directory or absolute.
  public var cassette: String
  public var sequence = SequenceRule.repeat
  /// How fast recorded streams are replayed.
  public var streamTiming = StreamTiming()
  /// A file that describes the types of messages, for a wire that needs one; nil where the cassette or the service itself
  /// tells them.
  public var protoDescriptor: String?
  /// Where messages end, for a wire that can be told; nil for the wire's own way.
  public var framing: Framing?
  public var match = Match()
  public var redaction = Redaction()
  /// Files of faults that are laid over the service whenever it is replayed.
  public var overlays: [String] = []
  /// Response headers kept out of the cassette, in addition to those that the wire knows.
  public var volatileHeaders: [String] = []
  public var limits = Limits()
  /// How long the real service may take to connect, and be silent.
  public var timeout: Duration = .seconds(30)
  /// How bad differences are for this service's clients; the first rule that applies counts.
  package var drift: [DriftRule] = []
  /// Nil for a service that was made up on the command line.
  public var origin: Origin?
  /// Whether a command was seen to ask it through a forward proxy.
  package var isDiscovered = false

  /// A service of this name with the defaults of mockrec.yaml, its cassette under the working directory.
  public init(name: String) {
    self.name = name
    self.environmentName = Self.environmentName(for: name)
    self.cassette = "cassettes/\(name)"
  }

  /// A text as the name of a service, such as a placeholder of the notation may have: letters, digits, - and _, a letter
  /// first.
  static func name(madeOf text: some StringProtocol) -> String {
    let name = text.map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "_" ? String($0) : "-" }.joined()
    return name.first?.isLetter == true ? name : "service-\(name)"
  }

  /// `users-v2` gives `USERS_V2_URL`.
  public static func environmentName(for service: String) -> String {
    service.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() + "_URL"
  }
}
