/// mockrec as a library: what the command line does, and what a test in Swift can do without it.
public enum Mockrec {
  /// The version of this mockrec.
  public static let version = "0.1.0"
}
