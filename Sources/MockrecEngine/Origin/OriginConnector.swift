import MockrecWire

/// Connections to one real service, on one event loop.
package protocol OriginConnector: AnyObject {
  /// Gives a connection: one that lay idle, or a new one.
  func connect(_ completion: @escaping (Result<OriginConnection, OriginFailure>) -> Void)
  /// Takes back a connection on which another request may go out.
  func release(_ link: any OriginLink)
}

/// A connection to the real service.
package struct OriginConnection {
  package var link: any OriginLink
  /// It carried requests before: the service may have closed it in the meantime.
  package var isReused: Bool

  package init(link: any OriginLink, isReused: Bool) {
    self.link = link
    self.isReused = isReused
  }
}
