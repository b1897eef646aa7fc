# SPDX-License-Identifier: Apache-2.0
"""Calls AWS as Debian's AWS CLI does, by the botocore inside of it, without starting it for each call.

Reads one JSON object a line: {"service", "operation", "input", "stranger"}; writes one: {"answer"} or {"error"} as the client
understood it, and {"status", "headers", "body"} as it came, the body in base64. Blobs are {"base64": ...} in both directions."""
import base64
import datetime
import json
import sys

import awscli  # Debian's has botocore inside, and makes it known by this name.
import botocore.config
import botocore.exceptions
import botocore.session

CONFIG = botocore.config.Config(
    parameter_validation=False, retries={"max_attempts": 1}, s3={"addressing_style": "path"})


def without_blobs(value):
    if isinstance(value, dict):
        if set(value) == {"base64"}:
            return base64.b64decode(value["base64"])
        if set(value) == {"time"}:
            return datetime.datetime.fromisoformat(value["time"].replace("Z", "+00:00"))
        return {name: without_blobs(inner) for name, inner in value.items()}
    return [without_blobs(inner) for inner in value] if isinstance(value, list) else value


def with_blobs(value):
    if isinstance(value, (bytes, bytearray)):
        return {"base64": base64.b64encode(value).decode()}
    if hasattr(value, "read"):
        return value.read().decode()
    return value.isoformat()


class Caller:
    def __init__(self, url):
        self.url = url
        self.session = botocore.session.Session()
        self.clients = {}
        self.came = {}

    def client(self, service, stranger):
        if (service, stranger) not in self.clients:
            key = "stranger" if stranger else "sandbox"
            client = self.session.create_client(
                service, region_name="us-east-1", endpoint_url=self.url, config=CONFIG,
                aws_access_key_id=key, aws_secret_access_key=key)
            client.meta.events.register("response-received.*", self.remember)
            client.meta.events.register("before-send.*", self.forget)
            self.clients[service, stranger] = client
        return self.clients[service, stranger]

    def forget(self, **_):
        self.came = {}

    def remember(self, response_dict, **_):
        body = response_dict["body"]
        self.came = {"status": response_dict["status_code"], "headers": dict(response_dict["headers"]),
                     "body": base64.b64encode(body if isinstance(body, bytes) else b"").decode()}

    def call(self, asked):
        client = self.client(asked["service"], asked.get("stranger", False))
        if asked["operation"] not in client.meta.service_model.operation_names:
            return {"unknown": asked["operation"]}
        shape = client.meta.service_model.operation_model(asked["operation"]).input_shape
        for member in asked["input"]:
            if member not in shape.members:
                return {"unknown": f"{asked['operation']} {member}"}
        try:
            answer = client._make_api_call(asked["operation"], without_blobs(asked["input"]))
            answer.pop("ResponseMetadata")
            return {"answer": answer, **self.came}
        except botocore.exceptions.ClientError as error:
            return {"error": error.response["Error"].get("Code", ""), **self.came}
        except Exception as error:  # Whatever else goes wrong is the story's to tell.
            return {"failure": f"{type(error).__name__}: {error}", **self.came}


def main():
    caller = Caller(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(caller.call(json.loads(line)), default=with_blobs), flush=True)


main()
