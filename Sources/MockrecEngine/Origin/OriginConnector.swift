import MockrecWire

/// Connections to one real service, on one event loop.
package protocol OriginConnector: AnyObject {
  /// Gives a connection that lay idle. It carried requests before: the service may have closed it in the meantime.
  func idle() -> (any OriginLink)?
  /// Makes a new connection.
  func connect(_ completion: @escaping (Result<any OriginLink, OriginFailure>) -> Void)
  /// Takes back a connection on which another request may go out.
  func release(_ link: any OriginLink)
}
