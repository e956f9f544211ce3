import Foundation

@testable import HTTPWire

/// Frames that the library websockets 17.4 for Python writes, whose compression is zlib's. Made by:
///
///     deflate = PerMessageDeflate(False, resets, 15, windowBits)
///     for message in messages:
///         opcode, data = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
///         frames += Frame(opcode, data).serialize(mask=side == "client", extensions=[deflate])
enum WebSocketFixtures {
  /// What all of them hold.
  static let messages: [WebSocketMessage] = [
    text("Hello"), text("Hello"), text(""), text(String(repeating: "ab", count: 400)), binary(Array(0...255)),
    text(String(repeating: "ü😀", count: 50)), binary([]), text("Hello"), binary(letters(700)),
    text(String(repeating: "ab", count: 400)),
  ]

  private static func text(_ text: String) -> WebSocketMessage { WebSocketMessage(.text, .init(string: text)) }
  private static func binary(_ bytes: [UInt8]) -> WebSocketMessage { WebSocketMessage(.binary, .init(bytes: bytes)) }

  private static func letters(_ count: Int) -> [UInt8] {
    var x = 7
    return (0..<count).map { _ in
      x = (x * 1_103_515_245 + 12345) & 0x7FFF_FFFF
      return Array("abcd".utf8)[x >> 16 & 3]
    }
  }

  enum Side { case server, client }

  static let frames: [(side: Side, deflate: WebSocketDeflate, base64: String)] = [
    (
      .server,
      WebSocketDeflate(
        resetsServer: false, resetsClient: false, serverWindowBits: 15, clientWindowBits: 15),
      """
      wQfySM3JyQcAwQXyABEAAMEBAMELSkwahaNwFOKCAADCfgEGAAAB//4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMk
      JSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFy
      c3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/A
      wcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/AMEMOrznw/wZDaMkMSQA
      wgEAwQUCF6gAAMJ+AQA0kwsWxDAIAs9q5P5nWGbspq+fqEEg6exs3u57L3322plk3xjdTpNpaMdJC/NIZaieHroC8Gy+d5Mx2HMC5iPa
      CtYNqAEn1IeOnYdVS8+WMWn2Xd/OL/UxgGRzjwjNx5c40JYzFV17QLJc3kJ1fMv7UXko66ImXcQvRJ+leoBWkjQfagNDAVCbu+Ebua9C
      RnQL7EFYlrhxet7n5eq6HKGGF0LnYwMd3IQ4bOitgP9GYQB92LscAJVS5RZwc4krHJRHJ8Ul77cbj1VSieI//vfGVAtGk5kobmy/10ZX
      cRcFXrSd81Azc6ekkZPguDPxchvptjNO4Pu2dffOGWeukR8AwQsa6MJ2FI7CwQwBAA==
      """
    ),
    (
      .client,
      WebSocketDeflate(
        resetsServer: false, resetsClient: false, serverWindowBits: 15, clientWindowBits: 15),
      """
      wYf/ijcfDcL61jaNN8GFiv5lA3j+dAOKwYEuQLg4LsGLpiXOQ+xp1MYFVdqhJCXOwv4BBoJVBbyCVQRDfFUEvoFRALqFXQy2iVkIso1F
      FK6RQRCqlU0cpplJGKKddSSeoXEgmqV9LJapeSiSrWU0jrFhMIq1bTyGuWk4gr0VRP7BEUD6xR1M9skZSPLNBVTu0QFQ6tUNXObZCVji
      3TVk3uExYNrlPWzW6Tlo0u0ldM7xIXDK9S18xvkpeML91YQ+AdGAOgXdjDYJ2YgyDcWULhHBkCoVzZwmGcmYIh31pB4h8aAaJf2sFin5
      qBIt5bQOMeGwCjXtvAY56bgCPZXEfkGRwHpFncx2SZnIck2F1G5RgdBqVY3cZlmJ2GJdteReYbHgWmW97FZpuehSbaX0TnGh8Ep1rfxG
      ean4Qn1VwYzuPFXR1ICyEhIlWHLKDXHRwoFa/EEbWsGFynNw/shk2P7Kwv4BADOqr9kHOaTP95qn2/zASydU8sk1lQUwcXKKRjVfdEGi
      HNdZA6rOcMHu5DywW23m0sDiynGttBXbw8YRrqCbd6oxTIwDOXyicTKNe169NyiMeGU56Fpc8gb9hVros87cVjtnaE4LejnqJvfUmYH2
      cZtG1mQiYtOHMpGM8h0c7jB8SSr5Swe1xdpwq/9CiEu0YJzo6a04Ru6BpRLeo+1NSjOJtg5fJOhIujC3c10Lxkd0s1XpuDPXd2IvqjqL
      1rzfqrqBs010jWr83B20Vmb4JjsMVFgfZ6HpSqqCwbWMfemOQr2qh4c3XIkA2Qh9ojlPYQBb3cLaHJyX01EZrMRktr6dO7DZwYuSO0z/
      iNOOiYa1jj6eOkw=
      """
    ),
    (
      .server,
      WebSocketDeflate(
        resetsServer: true, resetsClient: true, serverWindowBits: 10, clientWindowBits: 12),
      """
      wQfySM3JyQcAwQfySM3JyQcAwQEAwQxKTEochaNwFOKAAADCfgEGAAAB//4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh
      IiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5v
      cHFyc3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9
      vr/AwcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/AMEOOrznw/wZDYdH
      SSJIAADCAQDBB/JIzcnJBwDCfgD8NJIBAoAwCALfivL/N8ThqlZNHQKbVuvZnRnnnXsle0eNbqa2Elp1kkIPKYtqKU/+804+I0k3OIGl
      lmgqWCdQDY6pNx0zN6uWniljkuxc38wv9RhAMrkhQnP1UxxolzMVWXtAZbl8C5XrLc9P5KEsi5LsooE40FQL6EoqzUGtYVgA1PoGfF3u
      WyEqegvag3BZ4sbpmefl1vVyhBpeFNqPDXRwE+KwoXcF/BuFAfRh73wAVJYqo4DrS1yhUO46WVzy/e/GY1WpuOIf//tiagtUk5lUnNp+
      r01dxV0U9KatzsOa6TsliZyEXncmxreR3XauEzhvW3fvnHHmEvkAwQxKTEochaNwFOKAAAA=
      """
    ),
    (
      .client,
      WebSocketDeflate(
        resetsServer: true, resetsClient: true, serverWindowBits: 10, clientWindowBits: 12),
      """
      wYc+UpBJzBpdgPdVkMGH0M9YPSKHlfQZyFjBgfvPIwD7wYyGUulczB6jQAPxmUhk0ulcwv4BBp89VMKfPVU9YT1VwJw5UcSYNV3IlDFZ
      zJAtRdCMKUHUiCVN2IQhSdyAHXXgvBlx5LgVfei0EXnssA1l8KwJYfSoBW34pAFp/KB9FYDceRGE2HUdiNRxGYzQbQWQzGkBlMhlDZjE
      YQmcwF01oPxZMaT4VT2o9FE5rPBNJbDsSSG06EUtuORBKbzgvdVAHLnRRBi13UgUsdlMEK3FUAypwVQIpc1YBKHJXACd9WA8mfFkOJX9
      aDSR+WwwjeVwLInhdCiF7Xgkgel8IP2VAFz5kQRY9Z0IVPGZDFDthRBM6YEUSOWNGEThiRxA3bUgfNmxJHjVvSh00bkscM2lMGzJoTRo
      xa04ZMGpPGA9wY6Vo4mUrx9uV2m6hBPS6qvclaPCgV7p86BewYeKlLFweNx8uUOTscL+APwAZa6GNPevhIBVpoTf71x5N6FPLFYos4Sb
      M0VfnXxJG3tA1cGNCwgwEj/bFEJqhw1qTOF48yuQpUlSlgel88asWEL+i47MmZszUgUQnkzNFOw5cUovkLbGMtyPxHOQ/Zpo8p2TWR7u
      47kZpRPrSGHJ5MSCDZKJDAc4tfqN6C+ES0HIz94AsVSAfDhA3SFP1I3a5t7f4qNHH+eAeHNy4bTYFL8hi3QVvWSwxNmD/H4rh/QEQfoA
      MTiso+VFzVzE/mg6PPJ0/Ypo5VXMFmQfmlXkam76FZkxMlx+yuPbxTi6cqbIYEWajJWjifkq2HdDaDGRuNgoE13B3XeKMvfmd1eGwYy+
      u+029PenKjsYnSJcO+02
      """
    ),
    (
      .server,
      WebSocketDeflate(
        resetsServer: false, resetsClient: false, serverWindowBits: 9, clientWindowBits: 9),
      """
      wQfySM3JyQcAwQXyABEAAMEBAMELSkwahaNwFOKCAADCfgEGAAAB//4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMk
      JSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QEFCQ0RFRkdISUpLTE1OT1BRUlNUVVZXWFlaW1xdXl9gYWJjZGVmZ2hpamtsbW5vcHFy
      c3R1dnd4eXp7fH1+f4CBgoOEhYaHiImKi4yNjo+QkZKTlJWWl5iZmpucnZ6foKGio6SlpqeoqaqrrK2ur7CxsrO0tba3uLm6u7y9vr/A
      wcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn6Onq6+zt7u/w8fLz9PX29/j5+vv8/f7/AMEMOrznw/wZDaMkMSQA
      wgEAwQfySM3JyQcAwn4A+SyPiQHAIAgDZwWy/wy9i7WPCiHP3Fz2bnfDn+dmkttp9bgmQ+mmF4BZWxnRM7yc+dPno5kWF1qxVkE4N7JG
      noiPitzj1KkJzAvdfbrcX+t3oEl6a0Xx6VYebdezCGYfUV2ee6lY/zgH4pmMIZodWo1LLXqkbqTaXNNGhyUwbd6n39T7NciUvYBqWK5L
      nn15IDutn4F6OK3FR+r8brQDk8GVr3YDrCM2GVYnCj0CkbXqV8LLazwgdORReMprv2f5sCYDo7BR+P2/nTUFYAQaLw03lb8nI1Ljyjdy
      TViXsmpjlcO9CF1awkNkHh2t7XsBV3IUOY1GV/zlA8ELAvpkFI7CUYgDAgA=
      """
    ),
    (
      .client,
      WebSocketDeflate(
        resetsServer: false, resetsClient: false, serverWindowBits: 9, clientWindowBits: 9),
      """
      wYfoVnhqGh61oyFReMGFQdBnJrPQdiZBwYFYnE1gWMGLvxdDwfVbWUQcZ1cjPRdDwv4BBpATyjSQE8vLbhPLNpMXzzKXG8M+mx/HOp8D
      2yaDB98ihwvTLosP1yqPM+sWszfvErc74x67P+cavyP7BqMn/wKnK/MOqy/3Cq9Ti3bTV49y11uDfttfh3rfQ5tmw0efYsdLk27LT5dq
      z3OrVvN3r1L3e6Ne+3+nWv9ju0bjZ79C52uzTutvt0rvk0u2E5dPshebQ74bn0e6H4NbpgOHX6IHi1OuC49Xqg+za5Yzt2+SN7tjnju/
      Z5o/o3uGI6d/gierc44rr3eKL9ML9lPXD/JX2wP+W98H+l/DG+ZDxx/iR8sT7kvPF+pP8yvWc/cv0nf7I957/yfaf+M7xmPnP8Jn6zPO
      a+83ym8TwYxSbxTeaNPzHa52GX12XjDewoGB6RTGgcGHBWK6A/cqd8rMZbrC/gD5c8rX0F9FXtGz6t/TFM9lL393XGX8wPYfr5YhvgQJ
      SDcVWAy5hnLxk5pswFAqkc4BQHZLKaAtdEll3Y1hJYvv58GMSVj8QAszp2PeHHgXqmqvlTyn04OtuzY7PoZtpwBje6zIgS5UrHkrNe/X
      kVNb8enXjV045610HW4NjKCMUPVDpwl3rB4s5btealAZknmb7beu8EhnSFEJ8noVNCArvsfJRBHmZaHT3+nhySXt3e1xW2I6JAgcu0/q
      ozQish27zK0uYFXJdGAiMipv7v/SsHfQ+N1EX2j3UJg0GkS4mojkeL2z5glq2C6QFZMX1Mp9nrHWhwHe7l01nSs1cMGLyBYNncrsaYlG
      1FwVyxQN
      """
    ),
  ]
}
