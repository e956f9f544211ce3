"""What boto3 raises where a recipe answers: the operation and the code, a line each.

Usage: recipes_boto3.py URL
"""

import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ways = dict(
    endpoint_url=sys.argv[1], region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="key",
    config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
)
s3, dynamo, logs = (boto3.client(name, **ways) for name in ("s3", "dynamodb", "logs"))


def ask(name, call):
    try:
        call()
        print(name, "answered")
    except ClientError as error:
        told = error.response
        print(name, told["ResponseMetadata"]["HTTPStatusCode"], told["Error"]["Code"], told["Error"]["Message"])


for bucket in ("slow-down", "internal-error", "expired-token", "access-denied"):
    ask(bucket, lambda: s3.list_objects_v2(Bucket=bucket))
ask("throttling", lambda: logs.describe_log_groups())
ask("dynamodb-throttled", lambda: dynamo.get_item(TableName="t", Key={"id": {"S": "1"}}))
ask("dynamodb-expired-token", lambda: dynamo.list_tables())
