/// Contracts for real servers.
enum HurlFiles {
  static let languageSteps = 22

  /// For httpbin at `{{url}}`.
  static let language = #"""
    # Query, templates, functions, captures of several types.
    GET {{url}}/get?first=1
    X-Id: {{newUuid}}
    X-When: {{newDate}}
    X-Fruit: {{fruit}}
    [Query]
    q: a b&c
    name: {{name}}
    HTTP 200
    Content-Type: application/json
    [Captures]
    id: jsonpath "$.headers['X-Id']"
    date: header "Date" toDate "%a, %d %b %Y %H:%M:%S GMT"
    raw: bytes
    secret: jsonpath "$.args.q" redact
    [Asserts]
    jsonpath "$.args.q" == "a b&c"
    jsonpath "$.args.name" == "alice"
    jsonpath "$.headers['X-Fruit']" == "lemon"
    jsonpath "$.headers['X-When']" isIsoDate
    variable "id" isUuid
    variable "date" isDate
    variable "date" daysBeforeNow == 0
    variable "raw" startsWith hex,7b;
    header "Content-Length" toInt > 10
    version == "1.1"
    ip == "127.0.0.1"
    duration < 60000
    certificate "Subject" not exists
    redirects count == 0

    # What was captured goes on.
    GET {{url}}/anything/{{id}}
    HTTP 200
    [Asserts]
    url endsWith "/{{id}}"
    jsonpath "$.url" contains {{id}}

    POST {{url}}/post
    [FormParams]
    name: José {{number}}
    sign: a+b&c
    HTTP 200
    [Asserts]
    jsonpath "$.form.name" == "José 42"
    jsonpath "$.form.sign" == "a+b&c"
    jsonpath "$.headers['Content-Type']" == "application/x-www-form-urlencoded"

    POST {{url}}/post
    [MultipartFormData]
    field: a value
    note: file,data/note.txt;
    typed: file,data/note.txt; text/csv
    HTTP 200
    [Asserts]
    jsonpath "$.form.field" == "a value"
    jsonpath "$.files.note" == "a note\n"
    jsonpath "$.files.typed" exists
    jsonpath "$.headers['Content-Type']" startsWith "multipart/form-data; boundary="

    POST {{url}}/post
    {"number": {{number}}, "text": "say \"{{name}}\""}
    HTTP 200
    [Asserts]
    jsonpath "$.json.number" == {{number}}
    jsonpath "$.json.text" == "say \"alice\""
    jsonpath "$.headers['Content-Type']" == "application/json"

    POST {{url}}/post
    ```graphql
    query One($id: ID!) {
      one(id: $id) { name }
    }

    variables {"id": "{{number}}"}
    ```
    HTTP 200
    [Asserts]
    jsonpath "$.json.query" startsWith "query One($id: ID!) {"
    jsonpath "$.json.variables.id" == "42"

    POST {{url}}/post
    ```xml
    <a>{{number}}</a>
    ```
    HTTP 200
    [Asserts]
    jsonpath "$.data" == "<a>42</a>\n"
    jsonpath "$.headers['Content-Type']" == "application/xml"

    PUT {{url}}/put
    file,data/note.txt;
    HTTP 200
    [Asserts]
    jsonpath "$.data" == "a note\n"

    PATCH {{url}}/patch
    hex,c3a9;
    HTTP 200
    [Asserts]
    jsonpath "$.data" == "é"

    GET {{url}}/basic-auth/alice/pw
    [BasicAuth]
    alice: pw
    HTTP 200

    GET {{url}}/basic-auth/alice/pw
    [Options]
    user: alice:pw
    HTTP 200

    GET {{url}}/digest-auth/auth/alice/pw
    [Options]
    user: alice:pw
    digest: true
    HTTP 200

    # Redirects are followed only where that is said.
    GET {{url}}/redirect/2
    HTTP 302
    [Asserts]
    header "Location" == "/relative-redirect/1"

    GET {{url}}/redirect/2
    [Options]
    location: true
    max-redirs: 3
    HTTP 200
    [Asserts]
    redirects count == 2
    redirects nth 0 location == "{{url}}/relative-redirect/1"
    redirects nth -1 location == "{{url}}/get"
    url == "{{url}}/get"

    GET {{url}}/gzip
    [Options]
    compressed: true
    HTTP 200
    [Asserts]
    jsonpath "$.gzipped" == true

    GET {{url}}/brotli
    [Options]
    compressed: true
    HTTP 200
    [Asserts]
    jsonpath "$.brotli" == true

    GET {{url}}/html
    [Options]
    output: out/page.html
    HTTP 200
    Content-Type: text/html; charset=utf-8
    [Asserts]
    xpath "normalize-space(//h1)" == "Herman Melville - Moby-Dick"
    xpath "//p" count == 1
    xpath "//h2" not exists
    body contains "Moby-Dick"

    GET {{url}}/xml
    HTTP 200
    [Asserts]
    xpath "count(//slide)" == 2
    xpath "string(/slideshow/@author)" == "Yours Truly"

    # Asked of another host, which is this one.
    GET http://example.invalid:1/get
    [Options]
    connect-to: example.invalid:1:{{url regex "//(.*)"}}
    header: X-Extra: one
    http1.0: true
    HTTP 200
    [Asserts]
    jsonpath "$.headers.Host" == "example.invalid:1"
    jsonpath "$.headers['X-Extra']" == "one"

    GET {{url}}/a/../get
    [Options]
    path-as-is: false
    HTTP 200

    GET {{url}}/status/500
    [Options]
    skip: true
    HTTP 200

    GET {{url}}/uuid
    [Options]
    repeat: 2
    delay: 1ms
    retry: 1
    HTTP 200
    [Asserts]
    jsonpath "$.uuid" isUuid
    """#

  static let cookies = """
    GET {{url}}/cookies/set?session=one&theme=light
    HTTP 302
    [Asserts]
    cookie "session" == "one"
    cookie "session[Path]" == "/"
    cookie "session[Secure]" not exists

    GET {{url}}/cookies
    HTTP 200
    {"cookies": {"session": "one", "theme": "light"}}

    # For this request alone.
    GET {{url}}/cookies
    [Cookies]
    extra: {{newUuid}}
    HTTP 200
    [Asserts]
    jsonpath "$.cookies.session" == "one"
    jsonpath "$.cookies.extra" isUuid

    GET {{url}}/cookies/delete?theme
    [Options]
    location: true
    HTTP 200
    {"cookies": {"session": "one"}}
    """

  /// For nginx with TLS on `{{port}}`, whose authority is in the file `{{ca}}`.
  static let certificate = """
    GET https://localhost:{{port}}/data.json
    [Options]
    cacert: {{ca}}
    HTTP 200
    [Captures]
    serial: certificate "Serial-Number"
    [Asserts]
    certificate "Subject" matches /CN ?= ?localhost/
    certificate "Issuer" matches /CN ?= ?localhost/
    certificate "Start-Date" daysBeforeNow == 0
    certificate "Expire-Date" daysAfterNow >= 1
    certificate "Expire-Date" daysAfterNow <= 2
    certificate "Serial-Number" matches /^[0-9a-f]{2}(:[0-9a-f]{2})+$/
    certificate "Subject-Alt-Name" contains "DNS:localhost"
    certificate "Value" startsWith "-----BEGIN CERTIFICATE-----"

    GET https://localhost:{{port}}/hello.txt
    [Options]
    cacert: {{ca}}
    HTTP 200
    [Asserts]
    certificate "Serial-Number" == "{{serial}}"
    `hello, world\\n`

    GET https://127.0.0.1:{{port}}/hello.txt
    [Options]
    insecure: true
    HTTP 200

    GET https://elsewhere.invalid:{{port}}/hello.txt
    [Options]
    resolve: elsewhere.invalid:{{port}}:127.0.0.1
    insecure: true
    HTTP 200
    """
}
