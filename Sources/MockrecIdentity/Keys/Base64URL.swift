import Foundation

extension Sequence<UInt8> {
  /// As base64url without padding. Source: RFC 7515, section 2.
  var base64URL: String {
    Data(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }
}
