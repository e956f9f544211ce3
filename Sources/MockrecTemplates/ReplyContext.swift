import MockrecCore

/// One reply that is being made: all its templates, of fields and of the body, are rendered with one context, one after
/// the other, so that what they draw differs and the request is read once.
///
/// The same request, moment and seed, and the same order of templates, give the same texts.
package final class ReplyContext {
  package let request: ReplyRequest
  package let moment: Timestamp
  /// The most bytes that one template may give.
  package let limit: Int
  /// Gives the next number of a counter, from 1, by its name; the name is empty where none is written.
  let counter: (String) -> Int
  let scope: ContractScope
  private var source: Dice
  private var readQuery: [(name: String, value: String)]?
  private var readForm: [(name: String, value: String)]?
  private var readBody: JSON?
  /// What filters, loops and look-ups have cost, in bytes that could have been gone through instead, about.
  private var worked = 0

  package init(
    _ request: ReplyRequest, moment: Timestamp, seed: UInt64, services: ContractServices = ContractServices(),
    limit: Int = 4 << 20, counter: @escaping (String) -> Int
  ) {
    self.request = request
    self.moment = moment
    self.limit = limit
    self.counter = counter
    self.scope = ContractScope(services: services, moment: moment, seed: seed)
    self.source = Dice(seed: seed)
  }

  /// Random numbers of their own for one call.
  package func draw() -> Dice { Dice(seed: self.source.next()) }

  /// Counts work that takes as long as going through so many bytes does: a nanosecond or more for each.
  ///
  /// - Throws: `cannot` when it is more than sixteen times what may be written, by all templates together.
  package func work(_ bytes: Int) throws(WordError) {
    guard bytes <= self.mostWork - self.worked else { throw .cannot("more of the request than can be gone through") }
    self.worked += bytes
  }

  private var mostWork: Int { max(self.limit, 1 << 16) << 4 }

  /// What a JSONPath selects: the one value, or the list of several; nil for nothing.
  ///
  /// - Throws: `cannot` where it looks at too much.
  func select(_ path: JSONPath, in document: JSON) throws(WordError) -> ContractValue? {
    let left = (self.mostWork - self.worked) / Self.visit
    var visits = 0
    let values: [JSON]
    do {
      values = try path.select(
        document, limits: JSONPathLimits(maximumNodes: left, maximumVisits: left), visits: &visits)
    } catch {
      throw .cannot("more of the request than can be gone through")
    }
    try self.work(visits * Self.visit)
    return values.count > 1 ? .json(.array(values)) : values.first.map { .json($0) }
  }

  /// What a value costs that a JSONPath looks at, in bytes.
  private static let visit = 16

  var query: [(name: String, value: String)] {
    if let pairs = self.readQuery { return pairs }
    let pairs = self.request.query
    self.readQuery = pairs
    return pairs
  }

  /// - Throws: `cannot` for a body that is too long to be looked at.
  func body() throws(WordError) -> [UInt8] {
    guard let body = self.request.body else { throw .cannot("a request whose body is longer than mocks look at") }
    return body
  }

  var form: [(name: String, value: String)] {
    if let pairs = self.readForm { return pairs }
    let pairs = self.request.form
    self.readForm = pairs
    return pairs
  }

  /// The body's JSON; nil where there is no body.
  ///
  /// - Throws: `cannot` for a body that is no JSON.
  func json() throws(WordError) -> JSON? {
    if let json = self.readBody { return json }
    let body = try self.body()
    if body.isEmpty { return nil }
    do {
      let json = try JSON.parse(body)
      self.readBody = json
      return json
    } catch {
      throw .cannot("a request whose body is no JSON: \(error.description)")
    }
  }
}
