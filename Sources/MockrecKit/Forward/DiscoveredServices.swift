import Foundation
import MockrecCore
import MockrecStore
import MockrecWire

/// The services that commands were seen to ask through a forward proxy: a cassette each, which notes whose it is.
enum DiscoveredServices {
  /// The folder of all cassettes.
  static let folder = "cassettes"

  /// The services in `cassettes/`, in the order of their names.
  static func recorded() -> [ServiceSettings] {
    var services: [ServiceSettings] = []
    var seen: Set<ForwardTarget> = []
    let names = (try? FileManager.default.contentsOfDirectory(atPath: self.folder)) ?? []
    for name in names.sorted() {
      guard let origin = try? CassetteFolder(reading: "\(self.folder)/\(name)").origin(),
        let target = ForwardTarget(origin: origin), seen.insert(target).inserted
      else { continue }
      services.append(self.settings(target, name: name))
    }
    return services
  }

  /// - Parameters:
  ///   - tls: How it is asked, where that is over TLS.
  ///   - name: Of its cassette; made of the address where it has none yet.
  static func settings(
    _ target: ForwardTarget, tls: ClientTLS = ClientTLS(), name: String? = nil
  ) -> ServiceSettings {
    var settings = ServiceSettings(name: name ?? self.name(of: target))
    settings.cassette = "\(self.folder)/\(settings.name)"
    settings.isDiscovered = true
    settings.realTLS = tls
    settings.real = try? RealAddress(RealURL(parsing: target.origin, schemes: ["http", "https"]))
    return settings
  }

  /// Removes the cassette of a service that never answered, where nothing is in it.
  static func removeIfEmpty(_ settings: ServiceSettings) {
    guard let cassette = try? CassetteFolder(reading: settings.cassette),
      (try? cassette.entryNames())?.isEmpty == true
    else { return }
    unlink("\(settings.cassette)/origin")
    rmdir(settings.cassette)
  }

  /// `https://api.example.com` gives `api-example-com`, `http://localhost:8080` gives `localhost-8080`, and
  /// `http://127.0.0.1:8080` gives `service-127-0-0-1-8080`. Where another service's cassette has that name already, four
  /// hex digits of the address are added.
  private static func name(of target: ForwardTarget) -> String {
    let isUsual = target.scheme == "https" && target.port == 443
    let host = target.host.replacing(".", with: "-").prefix(40)
    let name = ServiceSettings.name(madeOf: host + (isUsual ? "" : "-\(target.port)"))
    guard let cassette = try? CassetteFolder(reading: "\(self.folder)/\(name)") else { return name }
    // Another run may have made it for this very service, or be about to.
    let origin = try? cassette.origin()
    if origin == target.origin || origin == nil && (try? cassette.entryNames())?.isEmpty != false { return name }
    var hash = FNV1a()
    Array(target.origin.utf8).withUnsafeBytes { hash.append($0) }
    return "\(name)-" + String(0x1_0000 | hash.value & 0xFFFF, radix: 16).dropFirst()
  }
}

extension ServiceSettings {
  /// What clients of a forward proxy ask for, where they mean this service.
  var target: ForwardTarget? {
    (try? self.real?.url()).map { ForwardTarget($0) }
  }
}

extension ForwardTarget {
  /// As a cassette notes it: `https://api.example.com`, with a port that is not the usual one.
  var origin: String {
    let host = self.host.contains(":") ? "[\(self.host)]" : self.host
    let isUsual = self.port == (self.scheme == "https" ? 443 : 80)
    return "\(self.scheme)://\(host)" + (isUsual ? "" : ":\(self.port)")
  }

  /// nil for a text that is no such address.
  init?(origin: String) {
    guard let url = try? RealURL(parsing: origin, schemes: ["http", "https"]) else { return nil }
    self.init(url)
  }

  fileprivate init(_ url: RealURL) { self.init(scheme: url.scheme, host: url.host, port: url.effectivePort) }
}
