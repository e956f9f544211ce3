extension Recipes {
  /// What a gateway says in a service's place: the pages of nginx with `server_tokens off`, which the end-to-end tests
  /// compare with nginx's own.
  ///
  /// Source: nginx 1.22.1, src/http/ngx_http_special_response.c; RFC 9110, 10.2.3 (Retry-After) and 11.6.1
  /// (WWW-Authenticate).
  static let http: [Text] = [
    Self.page("rate-limited", 429, "Too Many Requests", "too many requests", [("Retry-After", "1")]),
    Self.page("bad-gateway", 502, "Bad Gateway", "a gateway whose service answers nonsense, or not at all"),
    Self.page("gateway-timeout", 504, "Gateway Time-out", "a gateway whose service takes too long"),
    Self.page(
      "maintenance", 503, "Service Temporarily Unavailable", "down for a while", [("Retry-After", "120")]),
    Self.page("internal-error", 500, "Internal Server Error", "a service that fails"),
    Self.page(
      "unauthorized", 401, "Authorization Required", "credentials that are missing, or not taken any more",
      [("WWW-Authenticate", "Basic realm=\\\"restricted\\\"")]),
    Self.page("forbidden", 403, "Forbidden", "credentials that are not enough"),
    Self.page("not-found", 404, "Not Found", "a resource that is gone"),
    Self.page("too-large", 413, "Request Entity Too Large", "a body that a gateway does not take"),
  ]

  private static func page(
    _ name: String, _ status: Int, _ title: String, _ summary: String, _ headers: [(name: String, value: String)] = []
  ) -> Text {
    let fields = [("Content-Type", "text/html")] + headers
    return Text(
      name: "http/\(name)", wire: "http", summary: "\(status): \(summary)",
      source: "nginx 1.22.1, compared with nginx" + headers.map { "; \($0.name) as in RFC 9110" }.joined(),
      text: """
        status: \(status)
        headers:
        \(fields.map { "  \($0): \"\($1)\"" }.joined(separator: "\n"))
        body: "<html>\\r\\n<head><title>\(status) \(title)</title></head>\\r\\n<body>\\r\\n\\
          <center><h1>\(status) \(title)</h1></center>\\r\\n<hr><center>nginx</center>\\r\\n</body>\\r\\n</html>\\r\\n"
        """)
  }

  /// Source: Amazon S3's API reference, "Error responses" (codes, messages and the form of the XML); smithy.io, "AWS
  /// JSON 1.0 and 1.1 protocols", and the API references of services that speak them.
  static let aws: [Text] = [
    Self.s3("slow-down", 503, "SlowDown", "Please reduce your request rate.", "S3 is asked too often"),
    Self.s3(
      "internal-error", 500, "InternalError", "We encountered an internal error. Please try again.", "S3 fails"),
    Self.s3(
      "expired-token", 400, "ExpiredToken", "The provided token has expired.", "S3, credentials that have expired"),
    Self.s3("access-denied", 403, "AccessDenied", "Access Denied", "S3, credentials that are not enough"),
    Self.json(
      "throttling", "1.1", "ThrottlingException", "Rate exceeded", "a service with a JSON API is asked too often"),
    Self.json(
      "dynamodb-throttled", "1.0", "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
      "The level of configured provisioned throughput for the table was exceeded. "
        + "Consider increasing your provisioning level with the UpdateTable API.",
      "DynamoDB, a table is asked too often"
    ),
    Self.json(
      "dynamodb-expired-token", "1.0", "com.amazon.coral.service#ExpiredTokenException",
      "The security token included in the request is expired", "DynamoDB, credentials that have expired"),
  ]

  private static func s3(
    _ name: String, _ status: Int, _ code: String, _ message: String, _ summary: String
  ) -> Text {
    Text(
      name: "aws/\(name)", wire: "http", summary: "\(status) \(code): \(summary)",
      source: "Amazon S3 API reference, Error responses; read by boto3 in the tests",
      text: """
        status: \(status)
        headers:
          Content-Type: application/xml
          x-amz-request-id: 4442587FB7D0A2F9
        body: "<?xml version=\\"1.0\\" encoding=\\"UTF-8\\"?>\\n\\
          <Error><Code>\(code)</Code><Message>\(message)</Message><RequestId>4442587FB7D0A2F9</RequestId></Error>"
        """)
  }

  private static func json(
    _ name: String, _ version: String, _ type: String, _ message: String, _ summary: String
  ) -> Text {
    Text(
      name: "aws/\(name)", wire: "http", summary: "400: \(summary)",
      source: "smithy.io, AWS JSON \(version) protocol, and the API reference; read by boto3 in the tests",
      text: """
        status: 400
        headers: {Content-Type: application/x-amz-json-\(version)}
        body: {__type: "\(type)", message: "\(message)"}
        """)
  }

  /// Source: docs.github.com, "Rate limits for the REST API", and messages as users of it report them;
  /// kubernetes/apiserver, pkg/server/filters/maxinflight.go, and net/http's Error of Go; kubernetes/apimachinery,
  /// pkg/api/errors (NewConflict) and apiserver's OptimisticLockErrorMsg.
  static let platforms: [Text] = [
    Text(
      name: "github/secondary-rate-limit", wire: "http", summary: "403: too many requests at once",
      source: "docs.github.com, Rate limits for the REST API; the text as in app-sre/github-mirror#62",
      text: """
        status: 403
        headers: {Content-Type: application/json; charset=utf-8, Retry-After: "60"}
        body:
          documentation_url: https://docs.github.com/en/free-pro-team@latest/rest/overview/resources-in-the-rest-api#secondary-rate-limits
          message: You have exceeded a secondary rate limit. Please wait a few minutes before you try again.
        """),
    Text(
      name: "kubernetes/too-many-requests", wire: "http",
      summary: "429: the API server has too many requests in flight",
      source: "kubernetes/apiserver, pkg/server/filters/maxinflight.go",
      text: """
        status: 429
        headers: {Content-Type: text/plain; charset=utf-8, Retry-After: "1", X-Content-Type-Options: nosniff}
        body: "Too many requests, please try again later.\\n"
        """),
    Text(
      name: "kubernetes/conflict", wire: "http",
      summary: "409: somebody else has changed the object (here a Deployment web)",
      source: "kubernetes/apimachinery, pkg/api/errors (NewConflict); apiserver's OptimisticLockErrorMsg",
      text: """
        status: 409
        headers: {Content-Type: application/json}
        body:
          kind: Status
          apiVersion: v1
          metadata: {}
          status: Failure
          message: "Operation cannot be fulfilled on deployments.apps \\"web\\": the object has been modified; please \\
            apply your changes to the latest version and try again"
          reason: Conflict
          details: {name: web, group: apps, kind: deployments}
          code: 409
        """),
  ]
}
