/// Texts in canonical form, at least one for each rule of the grammar.
let canonicalNotation = [
  "",
  "# only a comment\n",
  "GET http://localhost/\n",
  "# mockrec 1\nGET {{users}}/users/42\n",
  "M-SEARCH http://localhost/ # with a comment\n",
  "GET http://localhost/a\\#fragment\n\nGET http://localhost/b\n",
  """
  # mockrec 1
  # @recorded 2026-11-20T10:00:00Z
  GET {{users}}/users/42
  Accept: application/json
  Empty:
  If-None-Match: "a \\# b" # why
  # between
  {{name}}-x: a{{ value toInt }}b

  # @note before the response
  HTTP 200
  Content-Type: application/json
  [Asserts]
  jsonpath "$.created_at" isIsoDate
  {
    "id": 42,
    "name": "alice {{surname}}",
    "n": [1, -2.50e+3, {{n}}, true, false, null, "\\u00e9\\n", {}, []]
  }

  """,
  "GET http://a\nHTTP/1.0 200\n", "GET http://a\nHTTP/1.1 404 # no\n", "GET http://a\nHTTP/2 *\n",
  "GET http://a\nHTTP/3 200\n", "GET http://a\nHTTP/* 200\n",
  "GET http://a\nHTTP 200\n\nGET http://b\nHTTP 201\n\n# end\n",
  """
  POST http://a
  [QueryStringParams]
  a: b c
  a[0]: {{x}}
  [Form]
  # comment
  x\\:y: \\u{20}z\\u{20}
  [MultipartFormData]
  f: file,a.bin; text/plain
  [Cookies] # two
  theme: light
  [BasicAuth]
  bob: secret
  [Options]
  retry: 3
  variable: id=42
  HTTP *
  [Captures]
  id: jsonpath "$.id"
  token: header "X-Token" regex /a(.*)\\/b/ redact # secret
  [Asserts]
  status == 200

  version == "1.1"
  url startsWith "http://"
  header "ETag" exists
  cookie "a[Expires]" not exists
  body contains "x"
  jsonpath "$.tags" not contains null
  body == `one {{line}} \\` text`
  body == ```
  several
  lines```
  bytes == hex,00ff;
  bytes startsWith base64,AAEC;
  rawbytes count > 0
  xpath "string(//a)" matches /^\\d+$/
  jsonpath "$.a" replace "a" "b" split "," nth -1 toInt >= -1.5
  jsonpath "$.b" includes null
  jsonpath "$.c" == {{other}}
  jsonpath "$.d" != true
  regex "(.*)" isString
  variable "x" isUuid
  duration < 1000
  sha256 == hex,AA;
  md5 == hex,bb;
  certificate "Expire-Date" daysAfterNow > 15
  ip isIpv4
  redirects count <= 2
  file,answer.bin;

  """,
  "GET http://a\n{{body}}\n", "GET http://a\n\"text\"\n", "GET http://a\n-1.5E2\n", "GET http://a\nnull\n",
  "GET http://a\nfalse # no\n", "GET http://a\n[true]\n", "GET http://a\n[]\nHTTP 200\n[\"a\"]\n",
  "GET http://a\n\n# about\n<?xml version=\"1.0\"?><!-- c --><!DOCTYPE a [<!ELEMENT a ANY>]><a b='>'><c/><![CDATA[</a>]]>{{</a>\n",
  "GET http://a\n```\na\n\n```\nHTTP 200\n```\n```\n",
  "GET http://a\n```json,novariable\n{{a}} \\n `x`\n```\n",
  "GET http://a\n```escape\n\\`\\`\\` \\u{e9} {{a}}\n```\n",
  "GET http://a\n```graphql\n{ a }\nvariables {\"b\": 1}\n```\n",
  "GET http://a\n`hello {{name}}`\n", "GET http://a\nhex, 00 FF ;\n", "GET http://a\nbase64,AAEC\nAw==;\n",
  "GET http://a\nfile,dir/a\\ b\\;{{x}}.bin;\n",
  "GET http://a/{{newUuid}}?t={{newDate dateFormat \"%s }} %d\"}}&h={{getEnv \"HOME\"}}&i={{randomInt -1 6 toString}}\n",
  "REDIS {{cache}} HGETALL user:1\n\nREDIS\n{\"name\": \"alice\"}\n\nREDIS {{cache}} GET x\nREDIS ERR wrong \\# type\n",
  "REDIS {{cache}} GET x\n\nREDIS {{cache}} GET y\nREDIS nil\n\nGET http://a\nHTTP 200\n",
  """
  # mockrec 1
  GRPC {{chat}} chat.Chat/Talk
  x-user: 7
  {
    "text": "hello {{name}}"
  } # the first
  {
    "text": "are you there?"
  }

  # and the last
  [1, {"a": []}] # c

  GRPC OK
  # before the first
  {
    "text": "yes"
  }
  # a comment may stand between messages
  base64,AAEC;
  file,a.bin;
  `one line`
  ```json
  {}
  ```
  <a><b/></a>
  "text"
  1
  null # the end
  # behind it
  GRPC {{chat}} chat.Chat/Leave
  {}
  GRPC OK

  """,
  "GRPC {{chat}} chat.Chat/Talk\n1\n2\n", "GRPC {{chat}} a.B/C\nGRPC OK\n[Asserts]\nstatus == 1\nhex,00;\nhex,01;\n",
  "GET http://a\nX: # c\nHTTP 200\nX:  # d\n",
  """
  GET {{users}}/users/{id}
  HTTP 200
  Location: /users/{{request.path.id}}?at={{ now "+3 days" dateFormat "%F" }} # c
  X-Token: {{jwt "{\\"sub\\": \\"{{request.query.user}}\\"}" alg="HS256" ttl=-60}}
  {
    "id": {{request.path.id toInt}}, "raw": {{{ request.body.a."b c".0 }}}, "u": "{{! why }}{{uuid}}{{#a}}{{.}}{{/a}}",
    "items": [{{# request.body.items }}{"n": {{.n}}, "t": [{{#t}}1{{/t}}]}{{^last()}}, {{/last()}}{{/request.body.items}}],
    {{^jsonpath "$.x[?@.y == '}}']"}}"x": null, {{/jsonpath}}
    "c": {{counter "a"}}, "r": {{random "a" "b" 1}}
  }

  """,
  "GET http://a\nHTTP 200\n{{#a}}\n{\"b\": 1}\n{{/a}}\n\n{{^a}}[]{{/a}} {{! c }} # d\n\nGET http://a\n",
  "GET http://a\nHTTP 200\n{{random 1 2}}\n", "GET http://a\nHTTP 200\n`{{#a}}{{{b}}}{{/a}} {{request.body}}`\n",
  "GET http://a\nHTTP 200\n```json\n{{#a}}\n  {{b}}{ {{c}}\n{{/a}}\n```\n",
  "REDIS {{cache}} GET x\nREDIS  # c\n",
  "GET http://a\nHTTP: is a header\nÄrger: ja\nHTTP 200\n",
]

/// Texts that mean the same as a canonical one, and that one.
let looseNotation = [
  ("GET\thttp://a  \r\n   X :  y\t \r\n\r\n\r\n\r\nHTTP   200  \r\n", "GET http://a\nX: y\n\nHTTP 200\n"),
  ("\n\n  # c  \n\n\nGET http://a", "# c\n\nGET http://a\n"),
  ("\u{feff}GET http://a\n\n\n", "GET http://a\n"),
  (
    "GET http://a\nHTTP 200\n  [Asserts]   # c \n status   equals  200\n status notEquals 1\n status  greaterThan 1"
      + "\nstatus lessThanOrEquals 1\n",
    "GET http://a\nHTTP 200\n[Asserts]   # c\nstatus == 200\nstatus != 1\nstatus > 1\nstatus <= 1\n"
  ),
  (
    "GET http://a\nHTTP 200\n[Captures]\n a :  jsonpath   \"$\"   count\tredact\n",
    "GET http://a\nHTTP 200\n[Captures]\na: jsonpath \"$\" count redact\n"
  ),
  ("GET http://a\n```line```\n", "GET http://a\n```\nline```\n"),
  ("GET http://a\n``````\n", "GET http://a\n```\n```\n"),
  ("GET http://a\n``` json , escape \nx```\n", "GET http://a\n```json,escape\nx```\n"),
  ("GET http://a\nfile, x ; # c\n", "GET http://a\nfile,x; # c\n"),
  ("GET http://a\n  {\"a\":\r\n 1}  \n", "GET http://a\n{\"a\":\r\n 1}\n"),
  ("GET http://a\nX: y#c\nHTTP 200#c\n", "GET http://a\nX: y#c\nHTTP 200#c\n"),
  (
    "GRPC {{c}} a.B/C\n {}  #c\n\n\n\n  { }\t\r\n#d\n\n\n``` json\n1```\n\n\nGRPC  OK\n\n",
    "GRPC {{c}} a.B/C\n{}  #c\n\n{ }\n#d\n\n```json\n1```\n\nGRPC OK\n"
  ),
  ("REDIS {{c}}   GET  x\nREDIS   a\\u{23}b\n", "REDIS {{c}}   GET  x\nREDIS a\\#b\n"),
]
