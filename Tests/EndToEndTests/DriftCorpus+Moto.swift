extension DriftCorpus {
  static let motoState = [
    "PUT /shelf\nx-amz-acl: public-read\n\n",
    "PUT /shelf/a.txt\nx-amz-acl: public-read\nContent-Type: text/plain\n\nthe first",
    "PUT /shelf/b.txt\nx-amz-acl: public-read\n\nthe second one",
  ]

  static let motoSession = [
    "GET /shelf?list-type=2", "GET /shelf/a.txt", "HEAD /shelf/a.txt", "GET /shelf/none", "GET /shelf?location",
    "GET /",
    "POST /\nX-Amz-Target: AmazonSSM.DescribeParameters\nContent-Type: application/x-amz-json-1.1\n\n{}",
  ]

  static let moto = [
    DriftCase("/shelf/a.txt", "status = 403", "status: status, breaking", "status: status, breaking"),
    DriftCase("/shelf/none", "status = 410", "status: status, compatible"),
    DriftCase("/shelf/a.txt", "drop('ETag')", "header ETag: header, breaking", "header ETag: header, breaking"),
    DriftCase(
      "/shelf/a.txt", "drop('Last-Modified')", "header last-modified: header, breaking",
      "header last-modified: header, breaking"),
    DriftCase(
      "/shelf/a.txt", "put('Content-Type', 'application/octet-stream')",
      "header content-type: header, breaking", "header content-type: header, breaking"),
    DriftCase("/shelf?location", "put('x-amz-version-id', '1')", "header x-amz-version-id: header, compatible"),
    DriftCase("/shelf/a.txt", "text = text.replace('first', 'last')", "body line 1: value, compatible"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<Size>9</Size>', '')",
      "/ListBucketResult/Contents/Size: field removed, breaking"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<KeyCount>2</KeyCount>', '')",
      "/ListBucketResult/KeyCount: field removed, breaking"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<IsTruncated>false</IsTruncated>', '')",
      "/ListBucketResult/IsTruncated: field removed, breaking"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<KeyCount>2</KeyCount>', '<KeyCount>2</KeyCount><Next>b</Next>')",
      "/ListBucketResult/Next: field added, compatible"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<Size>9<', '<Size>10<')",
      "/ListBucketResult/Contents/Size: value, compatible"),
    DriftCase(
      "/shelf?list-type", "text = text.replace('<Name>shelf</Name>', '<Name><Bucket>shelf</Bucket></Name>')",
      "/ListBucketResult/Name: type, breaking"),
    DriftCase(
      "/shelf?list-type", "import re; text = re.sub('<Contents>(?:(?!</Contents>).)*a.txt.*?</Contents>', '', text)",
      "/ListBucketResult/Contents: length, compatible"),
    DriftCase(
      "/shelf?list-type",
      "text = text.replace('<Contents>', '<Contents><Key>0.txt</Key></Contents><Contents>', 1)",
      "/ListBucketResult/Contents: length, compatible"),
    DriftCase(
      "/shelf?list-type",
      "text = text.replace('<KeyCount>2</KeyCount>', '').replace('<Name>', '<KeyCount>2</KeyCount><Name>')",
      "/ListBucketResult: order, cosmetic"),
    DriftCase("/shelf/none", "text = text.replace('NoSuchKey', 'NotFound')", "/Error/Code: value, compatible"),
    DriftCase(
      "/shelf/none", "import re; text = re.sub('<HostId>.*</HostId>', '', text)",
      "/Error/HostId: field removed, breaking"),
    DriftCase("/shelf/none", "text = '{}'", "body: type, breaking"),
    DriftCase(
      "/shelf/none", "text = text.replace('NoSuchKey', 'NotFound')", "/Error/Code: value, breaking",
      rules: "{path: /Error/Code, severity: breaking}"),
  ]
}
