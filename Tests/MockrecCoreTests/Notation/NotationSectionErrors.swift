/// Sections that are wrong, each with the message for it.
let notationSectionErrors: [(String, String)] = [
  (
    "GET http://a\n[Qurey]\n",
    #"""
    error: there is no section [Qurey]
      --> a.hurl:2:2
    2 | [Qurey]
      |  ^
      nearest: [Query]
    """#
  ),
  (
    "GET http://a\n[Asserts]\n",
    #"""
    error: [Asserts] belongs to a response
      --> a.hurl:2:1
    2 | [Asserts]
      | ^
      fix: write it below the response line, such as `HTTP 200`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Form]\n",
    #"""
    error: [Form] belongs to a request
      --> a.hurl:3:1
    3 | [Form]
      | ^
      fix: write it above the response line
    """#
  ),
  (
    "GET http://a\n[Query]\na: b\n[QueryStringParams]\n",
    #"""
    error: a second [QueryStringParams] in one message
      --> a.hurl:4:1
    4 | [QueryStringParams]
      | ^
      fix: put its lines into the first
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\njsonpth \"$.id\" == 1\n",
    #"""
    error: there is no query `jsonpth`
      --> a.hurl:4:1
    4 | jsonpth "$.id" == 1
      | ^
      nearest: jsonpath
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\njsonpath \"$.id\" isUid\n",
    #"""
    error: there is no filter or predicate `isUid`
      --> a.hurl:4:17
    4 | jsonpath "$.id" isUid
      |                 ^
      nearest: isUuid
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\njsonpath == 1\n",
    #"""
    error: here a value is expected
      --> a.hurl:4:10
    4 | jsonpath == 1
      |          ^
      fix: texts stand in double quotes: "…"
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\njsonpath \"$.id\" nth \"a\" == 1\n",
    #"""
    error: `nth` takes an integer or a {{variable}}, not a string in double quotes
      --> a.hurl:4:21
    4 | jsonpath "$.id" nth "a" == 1
      |                     ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nstatus\n",
    #"""
    error: an assert ends with a predicate
      --> a.hurl:4:7
    4 | status
      |       ^
      fix: such as `exists` or `== 42`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nstatus == tru\n",
    #"""
    error: here a value is expected
      --> a.hurl:4:11
    4 | status == tru
      |           ^
      nearest: true
      fix:     texts stand in double quotes: "tru"
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nstatus == 1 2\n",
    #"""
    error: nothing but a comment may follow the predicate on its line
      --> a.hurl:4:13
    4 | status == 1 2
      |             ^
      fix: begin a new line here
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nheader \"x == 1\n",
    #"""
    error: this text does not end on its line
      --> a.hurl:4:8
    4 | header "x == 1
      |        ^
      fix: close it with "
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\ncertificate \"Isuer\" == \"a\"\n",
    #"""
    error: `certificate` has no "Isuer"
      --> a.hurl:4:13
    4 | certificate "Isuer" == "a"
      |             ^
      nearest: "Issuer"
      fix:     one of Subject, Issuer, Start-Date, Expire-Date, Serial-Number, Subject-Alt-Name, Value
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Captures]\nid: jsonpath \"$.id\" == 1\n",
    #"""
    error: a capture has no predicate
      --> a.hurl:4:21
    4 | id: jsonpath "$.id" == 1
      |                     ^
      fix: write the assert in [Asserts]
    """#
  ),
  (
    "GET http://a\n[Options]\nrety: 3\n",
    #"""
    error: there is no option `rety`
      --> a.hurl:3:1
    3 | rety: 3
      | ^
      nearest: retry
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nbody matches /a\n",
    #"""
    error: this regular expression does not end on its line
      --> a.hurl:4:14
    4 | body matches /a
      |              ^
      fix: close it with /
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nstatus==200\n",
    #"""
    error: white space separates words
      --> a.hurl:4:7
    4 | status==200
      |       ^
      fix: write a space here
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nheader \"a\"== \"b\"\n",
    #"""
    error: white space separates words
      --> a.hurl:4:11
    4 | header "a"== "b"
      |           ^
      fix: write a space here
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Captures]\nid jsonpath \"$.id\"\n",
    #"""
    error: expected a header, a section, a body or a request line
      --> a.hurl:4:1
    4 | id jsonpath "$.id"
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nnot exists\n",
    #"""
    error: there is no query `not`
      --> a.hurl:4:1
    4 | not exists
      | ^
      fix: one of body bytes certificate cookie duration header ip jsonpath md5 query rawbytes redirects regex sha256 status url variable version xpath
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[Asserts]\nbody not\n",
    #"""
    error: an assert ends with a predicate
      --> a.hurl:4:9
    4 | body not
      |         ^
    """#
  ),
  (
    "GET http://a\n[Foo]\n",
    #"""
    error: there is no section [Foo]
      --> a.hurl:2:2
    2 | [Foo]
      |  ^
      fix: one of [Query] [Form] [Multipart] [Cookies] [BasicAuth] [Options] [Captures] [Asserts]
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{}\n[Asserts]\n",
    #"""
    error: a section stands before the body
      --> a.hurl:4:1
    4 | [Asserts]
      | ^
      fix: move the body behind it
    """#
  ),
]
