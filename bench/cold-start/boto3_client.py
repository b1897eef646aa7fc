# SPDX-License-Identifier: Apache-2.0
# A Lambda function in Python that has AWS's client for App Runner ready, and calls it for its first event.
import os
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

client = boto3.client("apprunner", endpoint_url=os.environ["AWS_ENDPOINT_URL"], config=Config(retries={"total_max_attempts": 1}))
api = f"http://{os.environ['AWS_LAMBDA_RUNTIME_API']}/2018-06-01/runtime/invocation"
with urllib.request.urlopen(f"{api}/next") as response:
    request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
try:
    client.list_services()
except ClientError:
    pass
urllib.request.urlopen(urllib.request.Request(f"{api}/{request_id}/response", data=b"{}"))
