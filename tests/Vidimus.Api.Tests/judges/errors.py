"""Prints, for each refusal that the test's ListFindings knows, what boto3 makes of it, one JSON a line."""
import json
import sys

import boto3
import botocore.config
import botocore.exceptions

client = boto3.client("inspector2", endpoint_url=sys.argv[1], config=botocore.config.Config(retries={"total_max_attempts": 1}))
for number in range(1, int(sys.argv[2]) + 1):
    try:
        client.list_findings(maxResults=number)
    except botocore.exceptions.ClientError as e:
        response = e.response
        known = getattr(client.exceptions, response["Error"]["Code"], None)
        print(json.dumps({
            "code": response["Error"]["Code"], "message": response["Error"]["Message"], "status": response["ResponseMetadata"]["HTTPStatusCode"],
            "known": known is not None and isinstance(e, known), "retryAfter": response["ResponseMetadata"]["HTTPHeaders"].get("retry-after"),
            "id": response["ResponseMetadata"].get("RequestId"), "reason": response.get("reason"), "fields": response.get("fields"),
            "resourceId": response.get("resourceId"), "resourceType": response.get("resourceType"), "retryAfterSeconds": response.get("retryAfterSeconds"),
        }))
