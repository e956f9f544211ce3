import GRPCWire
import MockrecCoding
import MockrecCore
import MockrecWire
import NIOCore

extension FuzzTarget {
  /// A call's two bodies, which need not be messages: cut anywhere, written into a cassette and read back.
  package static let grpc = FuzzTarget(name: "grpc") { input in
    var settings = FuzzSettings(input.bytes)
    let seed = settings.byte()
    let coding = settings.one(of: [nil, "gzip", "deflate", "identity", "snappy"])
    let known = coding.flatMap(ContentCoding.init(fieldValue:))
    let (first, second) = (settings.messages(known), settings.messages(known))
    let bodies = [first.bytes, second.bytes]
    let wire = GRPCWire()
    var fields = Fields([("content-type", "application/grpc"), ("te", "trailers")])
    if let coding { fields.append("grpc-encoding", coding) }
    let asked = Message(start: ["POST", "/a.B/C", "HTTP/2"], fields: fields, body: Body(bodies[0]))
    for body in bodies {
      let (whole, cut) = (Self.ends(wire, asked, body, seed: 255), Self.ends(wire, asked, body, seed: seed))
      try hold(whole == cut, "cut otherwise, messages end elsewhere: \(whole) \(cut)")
      try hold(whole == whole.sorted() && (whole.last ?? 0) <= body.count, "ends that cannot be: \(whole)")
    }
    let rules = MatchRules(redactor: Redactor())
    let request = wire.request(from: asked)
    let key = Self.key(request, bodies[0], rules, seed: 255)
    let cut = Self.key(request, bodies[0], rules, seed: seed)
    try hold(key == cut, "a body in pieces has another key: \(key) \(cut)")
    // What another compressor made is replayed with the same content, not with the same bytes. And a call whose messages
    // are not whole is not recorded.
    guard known == nil || known == .identity || first.isFramed && second.isFramed else { return }
    guard bodies.allSatisfy({ Self.ends(wire, asked, $0, seed: 255).last ?? 0 == $0.count }) else { return }
    let status = settings.one(of: ["0", "5", "13"])
    let reply = Message(
      start: ["HTTP/2", "200", ""], fields: fields, body: Body(bodies[1]), trailers: Fields([("grpc-status", status)]))
    let exchange = Exchange(request: asked, replies: [.init(reply)])
    try NotationTrial(wire: wire, rules: rules).check(request, exchange, key: key)
  }

  private static func ends(_ wire: GRPCWire, _ request: Message, _ body: [UInt8], seed: UInt8) -> [Int] {
    guard var cutter = wire.cutter(for: request) else { return [] }
    var ends: [Int] = []
    for piece in Pieces.cut(body, seed: seed) { cutter.feed(ByteBuffer(bytes: piece)) { ends.append($0) } }
    return ends
  }

  private static func key(_ request: any WireRequest, _ body: [UInt8], _ rules: MatchRules, seed: UInt8) -> MatchKey {
    let builder = request.keyBuilder(rules, limits: WireLimits())
    for piece in Pieces.cut(body, seed: seed) { piece.withUnsafeBytes { builder.feed($0) } }
    return builder.finish()
  }
}

extension FuzzSettings {
  /// A body: bytes as they are, or messages whose lengths are right. A message is a flag, a length and so many bytes, which
  /// a flag has compressed; a length of 255 ends the body.
  fileprivate mutating func messages(_ coding: ContentCoding?) -> (bytes: [UInt8], isFramed: Bool) {
    let isFramed = self.byte() & 1 != 0
    var bytes: [UInt8] = []
    while !self.rest.isEmpty {
      let (flag, length) = (isFramed ? self.byte() & 1 : 0, self.byte())
      guard length < 255 else { break }
      var message: [UInt8] = []
      for _ in 0..<min(Int(length), self.rest.count) { message.append(self.byte()) }
      if flag != 0, let coded = try? coding?.encode(message) { message = coded }
      if isFramed { bytes += [flag, 0, 0, UInt8(message.count >> 8), UInt8(message.count & 0xFF)] }
      bytes += message
    }
    return (bytes, isFramed)
  }
}
