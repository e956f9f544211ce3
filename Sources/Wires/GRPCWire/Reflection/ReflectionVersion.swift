/// The versions of server reflection. Their messages are the same; the newer one is asked for first.
///
/// Source: grpc/grpc-proto, grpc/reflection/v1/reflection.proto and v1alpha/reflection.proto.
package enum ReflectionVersion: String, Sendable, CaseIterable {
  case v1, v1alpha

  /// Whether a service is reflection, of any version.
  static func isService(_ name: String) -> Bool { self.allCases.contains { $0.service == name } }

  package var service: String { "grpc.reflection.\(self.rawValue).ServerReflection" }

  /// Of its one method, which streams in both directions.
  package var path: String { "/\(self.service)/ServerReflectionInfo" }
}
