enum DriftCorpus {
  static let httpbinSession = [
    "GET /json", "GET /get?a=1&scope=read&scope=write", "GET /uuid", "GET /xml", "GET /etag/one", "GET /robots.txt",
    "GET /response-headers?Allow=GET,PUT&Link=%3C/2%3E&X-Total-Count=3", "GET /status/404", "GET /bytes/16",
    "GET /redirect-to?url=/json&status_code=302", "GET /basic-auth/a/b", "HEAD /ip", "OPTIONS /ip",
  ]

  static let httpbin = [
    // Status.
    DriftCase("/json", "status = 404", "status: status, breaking"),
    DriftCase("/get", "status = 500", "status: status, breaking"),
    DriftCase("/robots.txt", "status = 301", "status: status, breaking"),
    DriftCase("/status/404", "status = 200", "status: status, breaking"),
    DriftCase("/get", "status = 203", "status: status, compatible"),
    DriftCase("/status/404", "status = 410", "status: status, compatible"),
    DriftCase(
      "/status/404", "status = 410", "status: status, cosmetic", rules: "{path: status, severity: cosmetic}"),
    DriftCase(
      "/status/404", "status = 410", "status: status, breaking", rules: "{path: status, severity: breaking}"),

    // Headers.
    DriftCase("/xml", "put('Content-Type', 'text/html')", "header Content-Type: header, breaking"),
    DriftCase("/redirect-to", "put('Location', '/elsewhere')", "header Location: header, breaking"),
    DriftCase("/redirect-to", "drop('Location')", "header Location: header, breaking"),
    DriftCase("/etag", "drop('ETag')", "header ETag: header, breaking"),
    DriftCase("/response-headers", "put('Allow', 'GET')", "header Allow: header, breaking"),
    DriftCase("/response-headers", "drop('Link')", "header Link: header, breaking"),
    DriftCase("/response-headers", "drop('X-Total-Count')", "header X-Total-Count: header, breaking"),
    DriftCase("/basic-auth", "drop('WWW-Authenticate')", "header WWW-Authenticate: header, breaking"),
    DriftCase("/basic-auth", "put('WWW-Authenticate', 'Bearer')", "header WWW-Authenticate: header, breaking"),
    DriftCase("/xml", "put('X-New', '1')", "header X-New: header, compatible"),
    DriftCase("/etag", "put('ETag', 'two')", "header ETag: header, compatible"),
    DriftCase("/response-headers", "put('Allow', 'GET,PUT,PATCH')", "header Allow: header, compatible"),
    DriftCase("/response-headers", "put('X-Total-Count', '4')", "header X-Total-Count: header, compatible"),
    DriftCase(
      "/robots.txt", "drop('Access-Control-Allow-Origin')",
      "header Access-Control-Allow-Origin: header, compatible"),
    DriftCase(
      "/robots.txt", "put('Content-Type', 'text/plain; charset=utf-8')",
      "header Content-Type: header, compatible"),
    DriftCase("/response-headers", "put('Allow', 'PUT,GET')", "header Allow: header, cosmetic"),
    DriftCase(
      "/robots.txt", "headers[:] = [[name.lower(), value] for name, value in headers]", "header names: header, cosmetic"
    ),
    DriftCase("/robots.txt", "headers.reverse()", "header names: header, cosmetic"),
    DriftCase(
      "/etag", "drop('ETag')", "header ETag: header, cosmetic", rules: "{path: header etag, severity: cosmetic}"),

    // JSON.
    DriftCase("/json", "body['slideshow'].pop('author')", "$.slideshow.author: field removed, breaking"),
    DriftCase(
      "/json", "body['slideshow']['slides'][1].pop('items')",
      "$.slideshow.slides[1].items: field removed, breaking"),
    DriftCase("/get", "body.pop('origin')", "$.origin: field removed, breaking"),
    DriftCase(
      "/get", "body.pop('origin')", "$.origin: field removed, compatible",
      rules: "{path: $.origin, severity: compatible}"),
    DriftCase(
      "/get", "body.pop('origin')", "$.origin: field removed, cosmetic",
      rules: "{path: $.origin, kind: field removed, severity: cosmetic}"),
    DriftCase("/json", "body['slideshow']['edition'] = 2", "$.slideshow.edition: field added, compatible"),
    DriftCase(
      "/json", "body['slideshow']['slides'][0]['note'] = None",
      "$.slideshow.slides[0].note: field added, compatible"),
    DriftCase(
      "/json", "body['slideshow']['edition'] = 2", "$.slideshow.edition: field added, breaking",
      rules: "{path: '$..edition', severity: breaking}"),
    DriftCase(
      "/json", "body['slideshow']['edition'] = 2", "$.slideshow.edition: field added, cosmetic",
      rules: "{path: $, kind: field added, severity: cosmetic}"),
    DriftCase("/json", "body['slideshow']['edition'] = 2", rules: "{path: $.slideshow, severity: ignore}"),
    DriftCase("/json", "body['slideshow']['date'] = 20261120", "$.slideshow.date: type, breaking"),
    DriftCase(
      "/json", "body['slideshow']['slides'][0]['title'] = ['Wake up']",
      "$.slideshow.slides[0].title: type, breaking"),
    DriftCase("/get", "body['args'] = []", "$.args: type, breaking"),
    DriftCase("/json", "body = [body]", "$: type, breaking"),
    DriftCase("/uuid", "body['uuid'] = 7", "$.uuid: type, breaking"),
    DriftCase(
      "/json", "body['slideshow']['date'] = 1", "$.slideshow.date: type, compatible",
      rules: "{path: $.slideshow.date, kind: type, severity: compatible}"),
    DriftCase(
      "/json", "body['slideshow']['date'] = 1", "$.slideshow.date: type, cosmetic",
      rules: "{path: $.slideshow.date, kind: type, severity: cosmetic}"),
    DriftCase("/json", "body['slideshow']['author'] = None", "$.slideshow.author: nullability, breaking"),
    DriftCase("/uuid", "body['uuid'] = None", "$.uuid: nullability, breaking"),
    DriftCase("/get", "body['headers'] = None", "$.headers: nullability, breaking"),
    DriftCase(
      "/json", "body['slideshow']['author'] = None", "$.slideshow.author: nullability, compatible",
      rules: "{path: $.slideshow.author, severity: compatible}"),
    DriftCase(
      "/json", "body['slideshow']['author'] = None", "$.slideshow.author: nullability, cosmetic",
      rules: "{path: $.slideshow.author, severity: cosmetic}"),
    DriftCase("/json", "body['slideshow']['author'] = 'Mine'", "$.slideshow.author: value, compatible"),
    DriftCase("/get", "body['args']['a'] = '2'", "$.args.a: value, compatible"),
    DriftCase(
      "/get", "body['args']['a'] = '2'", "$.args.a: value, breaking",
      rules: "{path: $.args.*, kind: value, severity: breaking}"),
    DriftCase(
      "/get", "body['args']['a'] = '2'", "$.args.a: value, cosmetic", rules: "{path: body, severity: cosmetic}"),
    DriftCase("/json", "body['slideshow']['slides'].reverse()", "$.slideshow.slides: order, compatible"),
    DriftCase(
      "/json", "body['slideshow']['slides'].reverse()", "$.slideshow.slides: order, breaking",
      rules: "{path: $.slideshow.slides, kind: order, severity: breaking}"),
    DriftCase(
      "/json", "body['slideshow'] = dict(reversed(body['slideshow'].items()))",
      "$.slideshow: order, cosmetic"),
    DriftCase("/get", "body = dict(reversed(body.items()))", "$: order, cosmetic"),
    DriftCase(
      "/json", "body['slideshow']['slides'].insert(0, {'title': 'New', 'type': 'all', 'items': []})",
      "$.slideshow.slides[0]: length, compatible"),
    DriftCase("/json", "body['slideshow']['slides'].pop(0)", "$.slideshow.slides[0]: length, compatible"),
    DriftCase(
      "/json", "body['slideshow']['slides'][1]['items'].append('and more of them')",
      "$.slideshow.slides[1].items[2]: length, compatible"),
    DriftCase(
      "/json", "body['slideshow']['slides'].pop(0)", "$.slideshow.slides[0]: length, cosmetic",
      rules: "{path: $.slideshow.slides, kind: length, severity: cosmetic}"),

    DriftCase("/get", "body['args']['scope'].pop()", "$.args.scope[1]: length, breaking"),
    DriftCase("/get", "body['args']['scope'].append('admin')", "$.args.scope[2]: length, compatible"),

    // Other bodies.
    DriftCase("/robots.txt", "text = text.replace('deny', 'nothing')", "body line 2: value, compatible"),
    DriftCase("/robots.txt", "text = ''", "body: type, breaking"),
    DriftCase("/get", "text = 'over loaded'", "body: type, breaking"),
    DriftCase(
      "/xml", "text = text.replace('<title>Overview</title>', '')",
      "/slideshow/slide[2]/title: field removed, breaking"),
    DriftCase(
      "/xml", "text = text.replace('author=\"Yours Truly\"', '')",
      "/slideshow/@author: field removed, breaking"),
    DriftCase("/xml", "text = text.replace('<item/>', '')", "/slideshow/slide[2]/item[2]: length, compatible"),
    DriftCase("/xml", "text = text.replace('WonderWidgets!', 'it!')", "/slideshow/slide/title: value, compatible"),
    DriftCase("/xml", "text = text.replace('SAMPLE', 'sample')"),
  ]
}
