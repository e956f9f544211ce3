/// Replies that are wrong, each with the message for it.
let loadErrors: [(String, String)] = [
  (
    #"`{{reqest.query.user}}`"#,
    #"""
    error: there is no function `reqest`
      --> m.hurl:3:4
    3 | `{{reqest.query.user}}`
      |    ^
      nearest: request.query.user
    """#
  ),
  (
    #"`{{request.qurey.user}}`"#,
    #"""
    error: a request has no `qurey`
      --> m.hurl:3:4
    3 | `{{request.qurey.user}}`
      |    ^
      nearest: request.query.user
    """#
  ),
  (
    #"`{{request.foo}}`"#,
    #"""
    error: a request has no `foo`
      --> m.hurl:3:4
    3 | `{{request.foo}}`
      |    ^
      fix: one of method, url, path, query, queries, header, headers, cookie, form, body
    """#
  ),
  (
    #"`{{request}}`"#,
    #"""
    error: `request` is not one value
      --> m.hurl:3:4
    3 | `{{request}}`
      |    ^
      fix: name a part of it, such as `request.query.user`
    """#
  ),
  (
    #"`{{request.query}}`"#,
    #"""
    error: `request.query` is not one value
      --> m.hurl:3:4
    3 | `{{request.query}}`
      |    ^
      fix: name it, such as `request.query.NAME`
    """#
  ),
  (
    #"`{{request.method.x}}`"#,
    #"""
    error: `request.method` has no parts
      --> m.hurl:3:4
    3 | `{{request.method.x}}`
      |    ^
      fix: `request.method`
    """#
  ),
  (
    #"`{{request.path.ids}}`"#,
    #"""
    error: the path of this entry has no {ids}
      --> m.hurl:3:4
    3 | `{{request.path.ids}}`
      |    ^
      nearest: request.path.id
    """#
  ),
  (
    #"`{{request.path.zzzzzzz}}`"#,
    #"""
    error: the path of this entry has no {zzzzzzz}
      --> m.hurl:3:4
    3 | `{{request.path.zzzzzzz}}`
      |    ^
      fix: write it into the request line, such as `/users/{zzzzzzz}`
    """#
  ),
  (
    #"`{{uudi}}`"#,
    #"""
    error: there is no function `uudi`
      --> m.hurl:3:4
    3 | `{{uudi}}`
      |    ^
      nearest: uuid
    """#
  ),
  (
    #"`{{frobnicate "x"}}`"#,
    #"""
    error: there is no function `frobnicate`
      --> m.hurl:3:4
    3 | `{{frobnicate "x"}}`
      |    ^
      fix: one of counter, getEnv, jsonpath, newDate, newUuid, now, random, randomBool, randomInt, randomString, uuid, request
    """#
  ),
  (
    #"`{{uuid 1}}`"#,
    #"""
    error: `uuid` takes no arguments, not 1
      --> m.hurl:3:4
    3 | `{{uuid 1}}`
      |    ^
    """#
  ),
  (
    #"`{{now 1 2}}`"#,
    #"""
    error: `now` takes up to 1 argument, not 2
      --> m.hurl:3:4
    3 | `{{now 1 2}}`
      |    ^
    """#
  ),
  (
    #"`{{now "soon"}}`"#,
    #"""
    error: "soon" is no distance in time: write such as "+3 days", "-1 month" or "90 s"
      --> m.hurl:3:9
    3 | `{{now "soon"}}`
      |         ^
    """#
  ),
  (
    #"`{{jsonpath "$.["}}`"#,
    #"""
    error: not a valid JSONPath at character 3: expected a name or *; other names stand in ['…']
      --> m.hurl:3:14
    3 | `{{jsonpath "$.["}}`
      |              ^
    """#
  ),
  (
    #"`{{request.query.user jsonpath "$["}}`"#,
    #"""
    error: not a valid JSONPath at character 3: the expression ends here; expected a quoted name, an index, a slice, * or ?
      --> m.hurl:3:33
    3 | `{{request.query.user jsonpath "$["}}`
      |                                 ^
    """#
  ),
  (
    #"`{{request.query.user regex "("}}`"#,
    #"""
    error: not a valid pattern at character 1: this ( is not closed
      --> m.hurl:3:30
    3 | `{{request.query.user regex "("}}`
      |                              ^
    """#
  ),
  (
    #"`{{request.query.user replace /(/ "x"}}`"#,
    #"""
    error: not a valid pattern at character 1: this ( is not closed
      --> m.hurl:3:23
    3 | `{{request.query.user replace /(/ "x"}}`
      |                       ^
    """#
  ),
  (
    #"`{{now dateFormat "%Q"}}`"#,
    #"""
    error: dateFormat is given a format with an unknown letter: %Q
      --> m.hurl:3:20
    3 | `{{now dateFormat "%Q"}}`
      |                    ^
    """#
  ),
  (
    #"`{{request.query.user toInz}}`"#,
    #"""
    error: there is no filter `toInz`
      --> m.hurl:3:23
    3 | `{{request.query.user toInz}}`
      |                       ^
      nearest: toInt
    """#
  ),
  (
    #"`{{request.query.user 1}}`"#,
    #"""
    error: only a function takes arguments
      --> m.hurl:3:4
    3 | `{{request.query.user 1}}`
      |    ^
    """#
  ),
  (
    #"`{{.}}`"#,
    #"""
    error: `.` speaks of an element of a section, and stands in none
      --> m.hurl:3:4
    3 | `{{.}}`
      |    ^
      fix: write it between `{{#…}}` and `{{/…}}`
    """#
  ),
  (
    #"`{{last()}}`"#,
    #"""
    error: `last()` speaks of an element of a section, and stands in none
      --> m.hurl:3:4
    3 | `{{last()}}`
      |    ^
      fix: write it between `{{#…}}` and `{{/…}}`
    """#
  ),
  (
    #"`{{.name}}`"#,
    #"""
    error: `.` speaks of an element of a section, and stands in none
      --> m.hurl:3:4
    3 | `{{.name}}`
      |    ^
      fix: write it between `{{#…}}` and `{{/…}}`
    """#
  ),
  (
    #"`{{#request.body.items}}`"#,
    #"""
    error: the section {{#request.body.items}} is not closed
      --> m.hurl:3:2
    3 | `{{#request.body.items}}`
      |  ^
      fix: close it with `{{/request.body.items}}`
    """#
  ),
  (
    #"`{{#request.body.items}}a{{/request.body.item}}`"#,
    #"""
    error: the section {{#request.body.items}} is closed by {{/request.body.item}}
      --> m.hurl:3:26
    3 | `{{#request.body.items}}a{{/request.body.item}}`
      |                          ^
      fix:    write `{{/request.body.items}}`
      opened: at line 3
    """#
  ),
  (
    #"`a{{/request.body}}`"#,
    #"""
    error: {{/request.body}} closes no section
      --> m.hurl:3:3
    3 | `a{{/request.body}}`
      |   ^
      fix: open one before it with `{{#request.body}}`
    """#
  ),
  (
    #"`{{#request.body}}{{^request.method}}{{/request.body}}{{/request.method}}`"#,
    #"""
    error: the section {{^request.method}} is closed by {{/request.body}}
      --> m.hurl:3:38
    3 | `{{#request.body}}{{^request.method}}{{/request.body}}{{/request.method}}`
      |                                      ^
      fix:    write `{{/request.method}}`
      opened: at line 3
    """#
  ),
  (
    #"`{{#jsonpath "$.a"}}{{/jsonpath "$.b"}}`"#,
    #"""
    error: the section {{#jsonpath "$.a"}} is closed by {{/jsonpath "$.b"}}
      --> m.hurl:3:21
    3 | `{{#jsonpath "$.a"}}{{/jsonpath "$.b"}}`
      |                     ^
      fix:    write `{{/jsonpath}}`
      opened: at line 3
    """#
  ),
  (
    #"`{{#request.body}}{{nope()}}{{/request.body}}`"#,
    #"""
    error: there is no function `nope()`
      --> m.hurl:3:21
    3 | `{{#request.body}}{{nope()}}{{/request.body}}`
      |                     ^
      fix: one of counter, getEnv, jsonpath, newDate, newUuid, now, random, randomBool, randomInt, randomString, uuid, request, first(), last(), index()
    """#
  ),
  (
    #"`{{#request.body}}{{name "x"}}{{/request.body}}`"#,
    #"""
    error: only a function takes arguments
      --> m.hurl:3:21
    3 | `{{#request.body}}{{name "x"}}{{/request.body}}`
      |                     ^
    """#
  ),
  (
    #"`{{now format="x"}}`"#,
    #"""
    error: `now` has no `format`
      --> m.hurl:3:8
    3 | `{{now format="x"}}`
      |        ^
      fix: take it out
    """#
  ),
  (
    #"{"a": {{random}}}"#,
    #"""
    error: `random` takes 1 to 64 arguments, not 0
      --> m.hurl:3:9
    3 | {"a": {{random}}}
      |         ^
    """#
  ),
  (
    #"{"at": "{{now "{{request.qery.x}}"}}"}"#,
    #"""
    error: a request has no `qery`
      --> m.hurl:3:18
    3 | {"at": "{{now "{{request.qery.x}}"}}"}
      |                  ^
      nearest: request.query.x
    """#
  ),
  (
    #"{"a": {{random `{{frob}}`}}}"#,
    #"""
    error: there is no function `frob`
      --> m.hurl:3:19
    3 | {"a": {{random `{{frob}}`}}}
      |                   ^
      fix: one of counter, getEnv, jsonpath, newDate, newUuid, now, random, randomBool, randomInt, randomString, uuid, request
    """#
  ),
  (
    #"`{{now 3}}`"#,
    #"""
    error: 3 is no distance in time: write such as "+3 days", "-1 month" or "90 s"
      --> m.hurl:3:4
    3 | `{{now 3}}`
      |    ^
    """#
  ),
  (
    #"`{{jsonpath 3}}`"#,
    #"""
    error: a JSONPath stands in quotes
      --> m.hurl:3:4
    3 | `{{jsonpath 3}}`
      |    ^
    """#
  ),
  (
    #"`{{jsonpath $.items}}`"#,
    #"""
    error: a JSONPath stands in quotes
      --> m.hurl:3:13
    3 | `{{jsonpath $.items}}`
      |             ^
      fix: `jsonpath "$.items"`
    """#
  ),
  (
    #"`{{random 6 1}}`"#,
    #"""
    error: random takes the smaller number first
      --> m.hurl:3:4
    3 | `{{random 6 1}}`
      |    ^
    """#
  ),
  (
    #"`{{random 99999}}`"#,
    #"""
    error: random takes a length up to 65536
      --> m.hurl:3:4
    3 | `{{random 99999}}`
      |    ^
    """#
  ),
  (
    #"`{{randomInt 6 1}}`"#,
    #"""
    error: randomInt takes the smaller number first
      --> m.hurl:3:4
    3 | `{{randomInt 6 1}}`
      |    ^
    """#
  ),
]
