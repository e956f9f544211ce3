import Testing

@testable import RedisWire

@Test("a value set is the value got")
func setAndGet() {
  let fake = RedisFake(seed: 1) { 1000 }
  let client = fake.open()
  var out = RESPWriter()
  _ = fake.execute(["SET", "k", "v"], for: client, into: &out)
  _ = fake.execute(["get", "k"], for: client, into: &out)
  #expect(String(decoding: out.bytes, as: UTF8.self) == "+OK\r\n$1\r\nv\r\n")
}
