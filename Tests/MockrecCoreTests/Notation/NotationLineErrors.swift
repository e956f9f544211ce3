/// Lines that are wrong, each with the message for it.
let notationLineErrors: [(String, String)] = [
  (
    "# mockrec 2\nGET http://a\n",
    #"""
    error: this file is of version 2, this mockrec reads version 1
      --> a.hurl:1:11
    1 | # mockrec 2
      |           ^
      fix: use a mockrec that reads version 2
    """#
  ),
  (
    "get http://a\n",
    #"""
    error: expected a request line
      --> a.hurl:1:1
    1 | get http://a
      | ^
      nearest: GET
      fix:     write GET, in upper case
    """#
  ),
  (
    "GET\n",
    #"""
    error: a request line has a method and a URL
      --> a.hurl:1:4
    1 | GET
      |    ^
      fix: GET {{service}}/path
    """#
  ),
  (
    "GET http://a\nHTTP\n",
    #"""
    error: a response line has a status
      --> a.hurl:2:5
    2 | HTTP
      |     ^
      fix: write `HTTP 200`, or `HTTP *` for any status
    """#
  ),
  (
    "GET http://a\nHTTP 20\n",
    #"""
    error: a status is three digits, or `*` for any
      --> a.hurl:2:6
    2 | HTTP 20
      |      ^
      fix: put a reason phrase into a comment: `HTTP 200 # OK`
    """#
  ),
  (
    "GET http://a\nHTTP/4 200\n",
    #"""
    error: `HTTP/4` is not a version of HTTP
      --> a.hurl:2:1
    2 | HTTP/4 200
      | ^
      nearest: HTTP/2
      fix:     write HTTP for any version
    """#
  ),
  (
    "HTTP 200\n",
    #"""
    error: a response line without a request
      --> a.hurl:1:1
    1 | HTTP 200
      | ^
      fix: write the request first, such as `GET {{service}}/path`
    """#
  ),
  (
    "GET http://a\nHTTP 200\nHTTP 201\n",
    #"""
    error: this request has its response already
      --> a.hurl:3:1
    3 | HTTP 201
      | ^
      fix: write a request line above it
    """#
  ),
  (
    "GET http://a\nHTTP 200\njsonpath \"$.id\" == 1\n",
    #"""
    error: an assert outside of `[Asserts]`
      --> a.hurl:3:1
    3 | jsonpath "$.id" == 1
      | ^
      fix: write `[Asserts]` above it, below the response line
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": {{x}\n",
    #"""
    error: a placeholder ends with `}}`
      --> a.hurl:3:10
    3 | {"a": {{x}
      |          ^
      fix:    `{{x}}`
      opened: at column 7
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{} x\n",
    #"""
    error: nothing but a comment may follow the body on its line
      --> a.hurl:3:4
    3 | {} x
      |    ^
      fix: begin a new line here
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{}\nX: y\n",
    #"""
    error: a header stands right below its response line
      --> a.hurl:4:1
    4 | X: y
      | ^
      fix: move it up, before the sections and the body
    """#
  ),
  (
    "GET http://a/{{na me}}\n",
    #"""
    error: there is no filter `me`
      --> a.hurl:1:19
    1 | GET http://a/{{na me}}
      |                   ^
    """#
  ),
  (
    "GET http://a/{{}}\n",
    #"""
    error: a placeholder holds the name of a variable
      --> a.hurl:1:16
    1 | GET http://a/{{}}
      |                ^
      fix: if this is no placeholder, write `{{` as `\u{7b}\u{7b}`
    """#
  ),
  (
    "GET http://a/{{x toInz}}\n",
    #"""
    error: there is no filter `toInz`
      --> a.hurl:1:18
    1 | GET http://a/{{x toInz}}
      |                  ^
      nearest: toInt
    """#
  ),
  (
    "GET http://a\nX: a\\qb\n",
    #"""
    error: this is no escape
      --> a.hurl:2:5
    2 | X: a\qb
      |     ^
      fix: write a backslash as `\\`; any character can be written as `\u{…}`, its number in hexadecimal
    """#
  ),
  (
    "GET http://a\nHTTP 200 OK\n",
    #"""
    error: a status is three digits, or `*` for any
      --> a.hurl:2:6
    2 | HTTP 200 OK
      |      ^
      fix: put a reason phrase into a comment: `HTTP 200 # OK`
    """#
  ),
  (
    "GET http://a\nHTTP {{s}}\n",
    #"""
    error: no `{{…}}` may stand in a response line
      --> a.hurl:2:6
    2 | HTTP {{s}}
      |      ^
      fix: use an assert instead
    """#
  ),
  (
    "REDIS\n",
    #"""
    error: a REDIS request names its service first
      --> a.hurl:1:6
    1 | REDIS
      |      ^
      fix: write `REDIS {{service}} …`
    """#
  ),
  (
    "REDIS GET\n",
    #"""
    error: a REDIS request names its service first
      --> a.hurl:1:7
    1 | REDIS GET
      |       ^
      fix: write `REDIS {{service}} …`
    """#
  ),
  (
    "REDIS {{c}} GET a\nHTTP 200\n",
    #"""
    error: the response of a REDIS request begins with REDIS
      --> a.hurl:2:1
    2 | HTTP 200
      | ^
      fix: write REDIS
    """#
  ),
  (
    "REDIS {{c}} GET a\nREDIS x\nREDIS y\n",
    #"""
    error: a REDIS request names its service first
      --> a.hurl:3:7
    3 | REDIS y
      |       ^
      fix: write `REDIS {{service}} …`
    """#
  ),
  (
    "\n# mockrec 3\n",
    #"""
    error: this file is of version 3, this mockrec reads version 1
      --> a.hurl:2:11
    2 | # mockrec 3
      |           ^
      fix: use a mockrec that reads version 3
    """#
  ),
  (
    "hello\n",
    #"""
    error: expected a request line
      --> a.hurl:1:1
    1 | hello
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
]
