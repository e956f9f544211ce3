import GRPCWire
import MockrecCore
import Testing

@Suite struct HealthResponderTests {
  @Test(
    "calls are answered as grpcio's servicer answers them",
    arguments: try Fixture.load("health", as: Fixture.Health.self).calls)
  func calls(_ call: Fixture.HealthCall) throws {
    let responder = HealthResponder(services: ["shop.Orders"])
    let reply = call.reply.map { [UInt8]($0) } ?? []
    switch (call.open, call.status) {
    case (true, nil): #expect(try responder.answer(method: call.method, [UInt8](call.message)) == .open(reply))
    case (nil, 0): #expect(try responder.answer(method: call.method, [UInt8](call.message)) == .message(reply))
    case (nil, 13):
      #expect(throws: ProtobufError.self) { try responder.answer(method: call.method, [UInt8](call.message)) }
    case (nil, let status?):
      let answer = try responder.answer(method: call.method, [UInt8](call.message))
      #expect(answer == .status(status, call.details ?? ""))
    default: Issue.record("the fixture has a call without an end")
    }
  }

  @Test("List names all services, and the server as a whole by an empty name")
  func list() throws {
    // HealthListResponse(statuses={"": SERVING, "a.B": SERVING}), as protobuf writes it.
    let bytes: [UInt8] = [
      0x0A, 0x06, 0x0A, 0x00, 0x12, 0x02, 0x08, 0x01,
      0x0A, 0x09, 0x0A, 0x03, 0x61, 0x2E, 0x42, 0x12, 0x02, 0x08, 0x01,
    ]
    #expect(try HealthResponder(services: ["a.B"]).answer(method: "List", []) == .message(bytes))
  }
}
