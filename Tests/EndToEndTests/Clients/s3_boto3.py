"""boto3 against S3: buckets, objects, listings, a multipart upload, and what is not there."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from transcript import Transcript, base_url

seen = Transcript()
s3 = boto3.client(
    "s3",
    endpoint_url=base_url(),
    region_name="us-east-1",
    aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
    aws_secret_access_key="not-a-real-key-of-anyone",
    config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, proxies={}),
)


def ask(name, operation, **parameters):
    """One call; its reply's head, and what boto3 made of its body."""
    try:
        reply = getattr(s3, operation)(**parameters)
    except ClientError as error:
        reply = error.response
    meta = reply.pop("ResponseMetadata")
    body = reply.pop("Body").read() if "Body" in reply else repr(sorted(reply.items(), key=lambda pair: pair[0]))
    seen.add(name, meta["HTTPStatusCode"], meta["HTTPHeaders"].items(), body)
    return reply


ask("create bucket", "create_bucket", Bucket="shelf")
ask("list buckets", "list_buckets")
ask("put", "put_object", Bucket="shelf", Key="a/one.txt", Body=b"the first", ContentType="text/plain")
ask("put bytes", "put_object", Bucket="shelf", Key="b.bin", Body=bytes(range(256)) * 40, Metadata={"owner": "alice"})
ask("get", "get_object", Bucket="shelf", Key="a/one.txt")
ask("get a range", "get_object", Bucket="shelf", Key="b.bin", Range="bytes=10-19")
ask("head", "head_object", Bucket="shelf", Key="b.bin")
ask("list", "list_objects_v2", Bucket="shelf")
ask("list a prefix", "list_objects_v2", Bucket="shelf", Prefix="a/", Delimiter="/")
ask("copy", "copy_object", Bucket="shelf", Key="copy of one", CopySource={"Bucket": "shelf", "Key": "a/one.txt"})
ask("get the copy", "get_object", Bucket="shelf", Key="copy of one")
upload = ask("begin a multipart upload", "create_multipart_upload", Bucket="shelf", Key="large")["UploadId"]
parts = []
for number, size in [(1, 5 << 20), (2, 1000)]:
    part = ask(
        f"part {number}", "upload_part",
        Bucket="shelf", Key="large", UploadId=upload, PartNumber=number, Body=bytes([number]) * size,
    )
    parts.append({"ETag": part["ETag"], "PartNumber": number})
ask("list parts", "list_parts", Bucket="shelf", Key="large", UploadId=upload)
ask(
    "complete it", "complete_multipart_upload",
    Bucket="shelf", Key="large", UploadId=upload, MultipartUpload={"Parts": parts},
)
ask("get what was uploaded", "get_object", Bucket="shelf", Key="large")
ask("get nothing", "get_object", Bucket="shelf", Key="missing")
ask("head of nothing", "head_object", Bucket="shelf", Key="missing")
ask("no such bucket", "list_objects_v2", Bucket="nowhere-at-all")
ask("tags", "put_object_tagging", Bucket="shelf", Key="b.bin", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
ask("get tags", "get_object_tagging", Bucket="shelf", Key="b.bin")
ask("delete", "delete_object", Bucket="shelf", Key="a/one.txt")
ask("delete many", "delete_objects", Bucket="shelf", Delete={"Objects": [{"Key": "b.bin"}, {"Key": "large"}]})
ask("list what is left", "list_objects_v2", Bucket="shelf")
seen.show()
