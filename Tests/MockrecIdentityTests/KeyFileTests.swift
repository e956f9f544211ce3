import Crypto
import MockrecCore
import Synchronization
import Testing

@testable import MockrecIdentity

@Suite struct KeyFileTests {
  /// A folder in memory.
  private final class Folder: Sendable {
    private let files = Mutex<[String: [UInt8]]>([:])

    var names: [String] { self.files.withLock { $0.keys.sorted() } }

    var privateFiles: PrivateFiles {
      PrivateFiles(
        keep: { name, make throws(Diagnostic) in
          self.files.withLock { files in
            let bytes = files[name] ?? make()
            files[name] = bytes
            return bytes
          }
        }, read: PrivateFiles.none.read)
    }
  }

  @Test("kept keys are the same in the next run, whatever its seed")
  func kept() throws {
    let folder = Folder()
    let first = try SigningKeys(seed: 1, files: folder.privateFiles)
    let (jwks, token) = (try first.jwks(), try first.sign(JSONObject(), with: .hs256))
    #expect(folder.names == ["eddsa.pem", "es256.pem", "hs256.secret", "rs256.pem"])
    let next = try SigningKeys(seed: 2, files: folder.privateFiles)
    #expect(try next.jwks() == jwks)
    #expect(try next.sign(JSONObject(), with: .hs256) == token)
    #expect(try SigningKeys(seed: 1, files: Folder().privateFiles).jwks() != jwks)
  }

  @Test("a key of the user's is read as OpenSSL writes it, and takes the place of the mock's own")
  func given() throws {
    let keys = try SigningKeys(given: [("mine.pem", Array(Self.ed25519.utf8))], seed: 1)
    // openssl genpkey -algorithm ed25519, of the key of RFC 8032, 7.1, test 1.
    #expect(try keys.identifier(.edDSA) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    let ec = P256.Signing.PrivateKey()
    let more = try SigningKeys(given: [("ec.pem", Array(ec.pemRepresentation.utf8))], seed: 1)
    #expect(try more.identifier(.es256) == SigningKey(ec).identifier)
    #expect(try more.identifier(.edDSA) == SigningKeys(seed: 1).identifier(.edDSA))
  }

  private static let ed25519 = """
    -----BEGIN PRIVATE KEY-----
    MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
    -----END PRIVATE KEY-----

    """

  @Test("what is no key, and a second of one algorithm, is refused by its name alone")
  func refused() throws {
    let none = try #require(throws: Diagnostic.self) {
      try SigningKeys(given: [("mine.pem", Array("-----BEGIN PRIVATE KEY-----\nhidden".utf8))], seed: 1)
    }
    #expect(none.message == "mine.pem holds no private key that tokens are signed with here")
    #expect(!none.description.contains("hidden"))
    let pem = Array(Self.ed25519.utf8)
    let twice = try #require(throws: Diagnostic.self) {
      try SigningKeys(given: [("a.pem", pem), ("b.pem", pem)], seed: 1)
    }
    #expect(twice.message == "b.pem holds a second key for EdDSA")
  }
}
