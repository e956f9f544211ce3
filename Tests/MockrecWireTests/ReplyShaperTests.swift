import MockrecCore
import MockrecWire
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

/// The shaper on a connection whose time the test turns.
@Suite("The shape of a reply on its way")
struct ReplyShaperTests {
  private let channel = EmbeddedChannel()
  private let shaper = ReplyShaper()

  init() throws {
    try channel.pipeline.syncOperations.addHandler(shaper)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  private func write(_ text: String) {
    channel.writeAndFlush(IOData.byteBuffer(ByteBuffer(string: text)), promise: nil)
  }

  private func reply(_ text: String, _ shape: ReplyShape) {
    shaper.begin(shape)
    write(text)
    shaper.finish()
  }

  /// What has reached the socket since the last look.
  private func sent() throws -> String {
    var text = ""
    while let data = try channel.readOutbound(as: IOData.self) {
      if case .byteBuffer(let buffer) = data { text += String(buffer: buffer) }
    }
    return text
  }

  private func advance(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }

  private func shape(_ change: (inout ReplyShape) -> Void) -> ReplyShape {
    var shape = ReplyShape()
    change(&shape)
    return shape
  }

  @Test("what no fault concerns passes at once")
  func plain() throws {
    write("a")
    #expect(try sent() == "a")
    reply("b", ReplyShape())
    #expect(try sent() == "b")
  }

  @Test("a late reply comes when it is due, and what is behind it waits")
  func late() throws {
    reply("late", shape { $0.delay = .milliseconds(20) })
    write("behind")
    advance(.microseconds(19_999))
    #expect(try sent() == "")
    advance(.microseconds(1))
    #expect(try sent() == "latebehind")
    write("next")
    #expect(try sent() == "next")
  }

  @Test("a drip keeps its rate to a step of 5 ms", arguments: [100, 1000, 4096, 1_000_000])
  func drip(rate: Int) throws {
    reply(String(repeating: "x", count: 10 * rate), shape { $0.rate = rate })
    var count = try sent().utf8.count
    for step in 1...1000 {
      advance(.milliseconds(10))
      count += try sent().utf8.count
      let wanted = Double(rate) * Double(step) / 100
      let slack = Double(rate) / 100 + 1
      #expect(abs(Double(count) - wanted) <= slack, "\(count) of \(wanted) after \(step * 10) ms")
      if abs(Double(count) - wanted) > slack { return }
    }
    #expect(count == 10 * rate)
  }

  @Test("pieces come over the time that they are given, the first at once and the last at its end")
  func pieces() throws {
    reply(String(repeating: "x", count: 40), shape { $0.pieces = .init(count: 5, over: .seconds(1)) })
    var counts = [try sent().count]
    for _ in 0..<4 {
      advance(.milliseconds(250))
      counts.append(try sent().count)
    }
    #expect(counts == [8, 8, 8, 8, 8])
  }

  @Test("cut at its end, or in its middle, and closed")
  func cut() throws {
    reply("0123456789", shape { $0.ending = .closedEarly(missing: 3) })
    #expect(try sent() == "0123456")
    #expect(!channel.isActive)
    write("lost")
    #expect(try sent() == "")
  }

  @Test("reset in the middle")
  func reset() throws {
    shaper.begin(shape { $0.ending = .reset(half: true) })
    write("0123")
    write("456789")
    #expect(try sent() == "", "its middle is not known yet")
    shaper.finish()
    #expect(try sent() == "01234")
    #expect(!channel.isActive)
  }

  @Test("sent twice")
  func twice() throws {
    reply("ab", shape { $0.copies = 2 })
    write("c")
    #expect(try sent() == "ababc")
  }

  @Test("a reply lets the next one go first, if it comes in time")
  func reorder() throws {
    reply("first", shape { $0.yieldsFor = .milliseconds(100) })
    #expect(shaper.isYielding)
    advance(.milliseconds(50))
    #expect(try sent() == "")
    reply("second", ReplyShape())
    #expect(try sent() == "secondfirst")
    reply("third", shape { $0.yieldsFor = .milliseconds(100) })
    advance(.milliseconds(101))
    #expect(try sent() == "third")
  }

  @Test("who waits for what was written hears of it when it is sent, and of a cut never as of a success")
  func promises() throws {
    shaper.begin(shape { $0.delay = .milliseconds(10) })
    let promise = channel.eventLoop.makePromise(of: Void.self)
    let isSent = Atomic(false)
    promise.futureResult.whenSuccess { isSent.store(true, ordering: .relaxed) }
    channel.writeAndFlush(IOData.byteBuffer(ByteBuffer(string: "a")), promise: promise)
    shaper.finish()
    let early = isSent.load(ordering: .relaxed)
    #expect(!early)
    advance(.milliseconds(10))
    let inTime = isSent.load(ordering: .relaxed)
    #expect(inTime)
    shaper.end(with: ByteBuffer(string: "end"))
    #expect(try sent() == "aend")
    let late = channel.eventLoop.makePromise(of: Void.self)
    let failed = Atomic(false)
    late.futureResult.whenFailure { _ in failed.store(true, ordering: .relaxed) }
    channel.writeAndFlush(IOData.byteBuffer(ByteBuffer(string: "b")), promise: late)
    let isTold = failed.load(ordering: .relaxed)
    #expect(isTold)
  }

  @Test("more than 256 KiB that are held back ask for no more")
  func full() throws {
    shaper.begin(shape { $0.delay = .seconds(1) })
    write(String(repeating: "x", count: 300_000))
    #expect(shaper.isFull)
    var heard = false
    shaper.hasRoom = { heard = true }
    shaper.finish()
    advance(.seconds(1))
    #expect(!shaper.isFull && heard)
  }

  /// Closes the connection when it is to send, as a client does that is gone.
  private final class Gone: ChannelOutboundHandler {
    typealias OutboundIn = IOData

    func flush(context: ChannelHandlerContext) { context.close(promise: nil) }
  }

  @Test("a client that is gone when its late reply is sent, or in the middle of a drip")
  func gone() throws {
    for shape in [shape { $0.delay = .milliseconds(5) }, shape { $0.rate = 10 }, shape { $0.copies = 2 }] {
      let channel = EmbeddedChannel()
      let shaper = ReplyShaper()
      try channel.pipeline.syncOperations.addHandlers([Gone(), shaper])
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
      shaper.begin(shape)
      channel.write(IOData.byteBuffer(ByteBuffer(string: "head")), promise: nil)
      channel.write(IOData.byteBuffer(ByteBuffer(string: "body")), promise: nil)
      shaper.finish()
      channel.embeddedEventLoop.advanceTime(by: .seconds(5))
      #expect(!channel.isActive)
    }
  }

  @Test("a long reply whose end has to be known is let in until it is")
  func long() throws {
    shaper.begin(shape { $0.ending = .closedEarly(missing: 1) })
    write(String(repeating: "x", count: 600_000))
    #expect(!shaper.isFull, "nothing of it can be sent yet")
    shaper.finish()
    #expect(try sent().count == 599_999)
  }

  @Test("what is too long to be held back is sent once, and so is nothing, and that is told")
  func once() throws {
    let told = Mutex(0)
    func twice() -> ReplyShape {
      shape {
        $0.copies = 2
        $0.wasIdle = { told.withLock { $0 += 1 } }
      }
    }
    reply("ab", twice())
    #expect(try sent() == "abab")
    #expect(told.withLock { $0 } == 0)
    let long = String(repeating: "x", count: 1 << 20)
    shaper.begin(twice())
    write(long)
    write("y")
    shaper.finish()
    #expect(try sent() == long + "y")
    #expect(told.withLock { $0 } == 1)
    reply("", twice())
    #expect(try sent() == "")
    #expect(told.withLock { $0 } == 2)
  }
}
