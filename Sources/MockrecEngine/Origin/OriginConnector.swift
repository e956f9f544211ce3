import MockrecWire

/// Connections to one real service, on one event loop.
package protocol OriginConnector: AnyObject {
  /// Gives a connection that lay idle. It carried requests before: the service may have closed it in the meantime.
  ///
  /// - Parameter applicationProtocol: The only one that can carry the request; nil where all can.
  func idle(speaking applicationProtocol: String?) -> (any OriginLink)?
  /// Makes a new connection.
  func connect(
    speaking applicationProtocol: String?, _ completion: @escaping (Result<any OriginLink, OriginFailure>) -> Void
  )
  /// Takes back a connection on which another request may go out.
  func release(_ link: any OriginLink)
}
