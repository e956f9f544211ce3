/// Bodies that are wrong, each with the message for it.
let notationBodyErrors: [(String, String)] = [
  (
    "GET http://a\nHTTP 200\n{{#a}}{\"b\": 1}\nGET http://b\n",
    #"""
    error: this section is not closed
      --> a.hurl:3:1
    3 | {{#a}}{"b": 1}
      | ^
      fix: close it with `{{/…}}`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[{{#a}}1{{/a}}}\n",
    #"""
    error: JSON: this closes no open bracket
      --> a.hurl:3:15
    3 | [{{#a}}1{{/a}}}
      |               ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[1, {{#a}}b{{/a}}]\n",
    #"""
    error: JSON: a value is expected
      --> a.hurl:3:11
    3 | [1, {{#a}}b{{/a}}]
      |           ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": \"{{> b}}\"}\n",
    #"""
    error: a mock's text has no partials and no blocks
      --> a.hurl:3:8
    3 | {"a": "{{> b}}"}
      |        ^
      fix: write the text itself here
    """#
  ),
  (
    "GET http://a\nHTTP 200\n```\n{{=<% %>=}}\n```\n",
    #"""
    error: the braces of placeholders are always `{{` and `}}`
      --> a.hurl:4:1
    4 | {{=<% %>=}}
      | ^
      fix: take the tag out
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{%CONTENT_TYPE: HTML}}`\n",
    #"""
    error: a mock's text has no pragmas
      --> a.hurl:3:2
    3 | `{{%CONTENT_TYPE: HTML}}`
      |  ^
      fix: take the tag out: the reply's type says how it is escaped
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{&a}}`\n",
    #"""
    error: a value that is not escaped is written in three braces
      --> a.hurl:3:2
    3 | `{{&a}}`
      |  ^
      fix: `{{{name}}}`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{{a}}`\n",
    #"""
    error: a placeholder ends with `}}}`
      --> a.hurl:3:6
    3 | `{{{a}}`
      |      ^
      fix:    `{{{a}}}`
      opened: at column 2
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{! a`\n",
    #"""
    error: this comment does not end on its line
      --> a.hurl:3:2
    3 | `{{! a`
      |  ^
      fix: close it with }}
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{request. }}`\n",
    #"""
    error: a name is expected behind the dot
      --> a.hurl:3:12
    3 | `{{request. }}`
      |            ^
      fix: put a name with other characters in double quotes
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`{{f a=1 2}}`\n",
    #"""
    error: an argument without a name stands before those with one
      --> a.hurl:3:10
    3 | `{{f a=1 2}}`
      |          ^
    """#
  ),
  (
    "GET http://a\n`{{#a}}{{/a}}`\n",
    #"""
    error: a placeholder holds the name of a variable
      --> a.hurl:2:4
    2 | `{{#a}}{{/a}}`
      |    ^
      fix: if this is no placeholder, write `{{` as `\u{7b}\u{7b}`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{}\n{}\n",
    #"""
    error: expected a request line
      --> a.hurl:4:1
    4 | {}
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
  (
    "POST http://a\n{}\n[1]\nHTTP 200\n",
    #"""
    error: expected a response line or a request line
      --> a.hurl:3:1
    3 | [1]
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
  (
    "REDIS {{c}} GET a\n\nREDIS\n1\n2\n",
    #"""
    error: expected a request line
      --> a.hurl:5:1
    5 | 2
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
  (
    "GRPC {{c}} a.B/C\n{}\n{}\nGRPC OK\n{}\n{}\n;\n",
    #"""
    error: expected another message or a request line
      --> a.hurl:7:1
    7 | ;
      | ^
      fix: a request line reads `GET {{service}}/path`
    """#
  ),
  (
    "GRPC {{c}} a.B/C\n{} {}\n",
    #"""
    error: nothing but a comment may follow the body on its line
      --> a.hurl:2:4
    2 | {} {}
      |    ^
      fix: begin a new line here
    """#
  ),
  (
    "GRPC {{c}} a.B/C\n{}\n{}\nx-user: 7\n",
    #"""
    error: a header stands right below its request line
      --> a.hurl:4:1
    4 | x-user: 7
      | ^
      fix: move it up, before the sections and the body
    """#
  ),
  (
    "GRPC {{c}} a.B/C\nGRPC OK\n{}\n{\"a\" 1}\n",
    #"""
    error: JSON: `:` is expected behind a name
      --> a.hurl:4:6
    4 | {"a" 1}
      |      ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": 1,}\n",
    #"""
    error: JSON: a name in double quotes is expected
      --> a.hurl:3:9
    3 | {"a": 1,}
      |         ^
      fix: leave out the comma before it
    """#
  ),
  (
    "GET http://a\nHTTP 200\n[1 2]\n",
    #"""
    error: JSON: `,` or `]` is expected
      --> a.hurl:3:4
    3 | [1 2]
      |    ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": 01}\n",
    #"""
    error: JSON: a number has no leading zero
      --> a.hurl:3:7
    3 | {"a": 01}
      |       ^
      fix: leave the zero out
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": \"b\n\"}\n",
    #"""
    error: JSON: this string does not end on its line
      --> a.hurl:3:7
    3 | {"a": "b
      |       ^
      fix: close it with "
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{'a': 1}\n",
    #"""
    error: JSON: a name in double quotes is expected
      --> a.hurl:3:2
    3 | {'a': 1}
      |  ^
      fix: strings stand in double quotes
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\"a\": \"\\x\"}\n",
    #"""
    error: JSON: this is no escape
      --> a.hurl:3:8
    3 | {"a": "\x"}
      |        ^
      fix: write a backslash as `\\`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n{\n",
    #"""
    error: JSON: the file ends where a name in double quotes is expected
      --> a.hurl:4:1
    4 | 
      | ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n<a><b></a>\n",
    #"""
    error: XML: this closes no open element
      --> a.hurl:3:7
    3 | <a><b></a>
      |       ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\n<a>\n",
    #"""
    error: XML: <a> is not closed
      --> a.hurl:3:1
    3 | <a>
      | ^
      fix: close it with `</a>`
    """#
  ),
  (
    "GET http://a\nHTTP 200\n```\nabc\n",
    #"""
    error: this fenced text has no end
      --> a.hurl:3:1
    3 | ```
      | ^
      fix: close it with ```
    """#
  ),
  (
    "GET http://a\nHTTP 200\n```jsn\nabc\n```\n",
    #"""
    error: there is no language `jsn`
      --> a.hurl:3:4
    3 | ```jsn
      |    ^
      nearest: json
      fix:     begin the text on a line of its own
    """#
  ),
  (
    "GET http://a\nHTTP 200\nhex,0g;\n",
    #"""
    error: this is no hexadecimal digit
      --> a.hurl:3:6
    3 | hex,0g;
      |      ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\nbase64,abc*;\n",
    #"""
    error: this does not belong in base64
      --> a.hurl:3:11
    3 | base64,abc*;
      |           ^
    """#
  ),
  (
    "GET http://a\nHTTP 200\nfile,a b;\n",
    #"""
    error: the name of a file ends with `;`
      --> a.hurl:3:8
    3 | file,a b;
      |        ^
      fix: write `;` here; a space in the name is written `\ `
    """#
  ),
  (
    "GET http://a\nHTTP 200\n`abc\n",
    #"""
    error: this text does not end on its line
      --> a.hurl:3:1
    3 | `abc
      | ^
      fix: close it with `
    """#
  ),
  (
    "GET http://a\nX: \\u{110000}\n",
    #"""
    error: this is not the number of a character
      --> a.hurl:2:4
    2 | X: \u{110000}
      |    ^
      fix: one to six hexadecimal digits, such as `\u{e9}`
    """#
  ),
]
