extension DriftCorpus {
  /// Keys `a`, `b` and `c` under `k/`, put before anything is recorded.
  static let etcdState = [("ay9h", "b25l"), ("ay9i", "dHdv"), ("ay9j", "dGhyZWU=")].map { key, value in
    "POST /v3/kv/put\n\n{\"key\": \"\(key)\", \"value\": \"\(value)\"}"
  }

  static let etcdSession = [
    "GET /version", "GET /health", "POST /v3/kv/range\n\n{\"key\": \"ay8=\", \"range_end\": \"azA=\"}",
    "POST /v3/kv/range\n\n{\"key\": \"ay9h\"}", "POST /v3/cluster/member/list\n\n{}", "POST /v3/kv/range\n\n{",
    "POST /v3/nothing\n\n{}",
  ]

  static let etcd = [
    DriftCase("/version", "status = 503", "status: status, breaking"),
    DriftCase("/v3/nothing", "status = 405", "status: status, compatible"),
    DriftCase("/v3/nothing", "status = 501", "status: status, breaking"),
    DriftCase("/version", "put('Content-Type', 'text/plain')", "header Content-Type: header, breaking"),
    DriftCase("/version", "put('X-Etcd', '1')", "header X-Etcd: header, compatible"),
    DriftCase("/version", "body.pop('etcdcluster')", "$.etcdcluster: field removed, breaking"),
    DriftCase("/version", "body['etcdserver'] = '3.5.0'", "$.etcdserver: value, compatible"),
    DriftCase("/version", "body['storage'] = '3.6'", "$.storage: field added, compatible"),
    DriftCase("/version", "body = dict(reversed(body.items()))", "$: order, cosmetic"),
    DriftCase("/health", "body['health'] = True", "$.health: type, breaking"),
    DriftCase("/health", "body['health'] = None", "$.health: nullability, breaking"),
    DriftCase("/health", "body['reason'] = ''", "$.reason: field added, compatible"),
    // One change of every answer to a range is found in each of them.
    DriftCase(
      "/v3/kv/range", "body.get('header', {}).pop('revision', 0)", "$.header.revision: field removed, breaking",
      "$.header.revision: field removed, breaking"),
    DriftCase(
      "/v3/kv/range", "body['kvs'][0].pop('version') if 'kvs' in body else 0",
      "$.kvs[0].version: field removed, breaking",
      "$.kvs[0].version: field removed, breaking"),
    DriftCase(
      "/v3/kv/range",
      "body['count'] = int(body['count']) if 'count' in body else 0; body.pop('count') if not body['count'] else 0",
      "$.count: type, breaking", "$.count: type, breaking"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and body['kvs'].insert(0, dict(body['kvs'][0], key='ay8w'))",
      "$.kvs[0]: length, compatible"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and body['kvs'].pop(1)", "$.kvs[1]: length, compatible"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and body['kvs'].reverse()", "$.kvs: order, compatible"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and body['kvs'].reverse()", "$.kvs: order, cosmetic",
      rules: "{path: $.kvs, kind: order, severity: cosmetic}"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and body['kvs'][2].update(value=None)",
      "$.kvs[2].value: nullability, breaking"),
    DriftCase(
      "/v3/kv/range", "len(body.get('kvs', [])) > 2 and (body['kvs'].reverse(), body['kvs'][0].pop('value'))",
      "$.kvs: order, compatible", "$.kvs[2].value: field removed, breaking"),
    DriftCase("/v3/kv/range", "body.pop('error', 0)", "$.error: field removed, breaking"),
    DriftCase("/v3/cluster", "body['members'][0].pop('name')", "$.members[0].name: field removed, breaking"),
    DriftCase(
      "/v3/cluster", "body['members'][0]['isLearner'] = True",
      "$.members[0].isLearner: field added, compatible"),
    DriftCase("/v3/cluster", "body['members'][0]['peerURLs'] = 'none'", "$.members[0].peerURLs: type, breaking"),
    DriftCase("/v3/cluster", "body['members'] = None", "$.members: nullability, breaking"),
  ]
}
