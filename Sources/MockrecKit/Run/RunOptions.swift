import MockrecCore
import MockrecWire

/// What `record`, `replay` and `verify` have in common.
public struct RunOptions: Sendable {
  /// The services of the run, settings and all.
  public var services: [ServiceSettings]
  /// Names of services that mockrec.yaml has and the run leaves out.
  public var otherServices: [String] = []
  /// Whether services are found as the command asks for them, through a forward proxy; `services` are those whose
  /// cassettes are there already.
  public var discovers = false
  /// How services that are found so are asked, where that is over TLS.
  public var discoveredTLS = ClientTLS()
  /// The command to run while the services are served; empty to serve until a signal comes.
  public var command: [String] = []
  /// Where the journal and the history are kept: `.mockrec` beside mockrec.yaml. nil keeps none.
  public var stateDirectory: String? = ".mockrec"
  /// Where the history is kept, when that is not `history.sqlite` in `stateDirectory`.
  public var historyFile: String?
  /// What mockrec.yaml says of recording; nil where it says nothing.
  public var recordMode: RecordMode?
  /// How often a recording asks safe requests again when it ends, to learn what the service varies; 0 for not at all.
  public var recordSamples = 0
  /// Whether a recording notes how long the service took, for faults that answer as slowly as it did.
  public var recordTimings = false
  /// The seed that every decision of the run is made from.
  public var seed: UInt64
  /// Files of faults that are laid over the services.
  public var overlays: [String] = []
  /// The words that this run was begun with, for the line that tells how to have it again.
  public var commandLine: [String] = []
  /// A run that checked nothing passes as well.
  public var allowVacuous = false
  /// The time of services that a model plays; the machine's own when nil.
  public var clock: (any Clock<Duration>)?
  /// Event loops; the processors that this process may use when nil.
  public var threads: Int?

  /// Where tests steer the run while it is served; nil for nowhere.
  public var control: ControlOptions?

  var modelTime: ModelTime { self.clock.map { ModelTime($0) } ?? .system }

  public init(services: [ServiceSettings], seed: UInt64 = UInt64.random(in: .min ... .max)) {
    self.services = services
    self.seed = seed
  }
}
