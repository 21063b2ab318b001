"""Makes one call with members that botocore's model has not, signed by botocore: endpoint, path, service, body (a GET without one). Prints the answer's body, of a refusal too."""
import sys
import urllib.error
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest

endpoint, path, service, body = sys.argv[1:5]
request = botocore.awsrequest.AWSRequest("POST" if body else "GET", endpoint + path, data=body.encode() or None, headers={"Content-Type": "application/json"} if body else {})
botocore.auth.SigV4Auth(boto3.Session().get_credentials(), service, "eu-west-1").add_auth(request)
made = request.prepare()
try:
    with urllib.request.urlopen(urllib.request.Request(made.url, made.body, dict(made.headers), method=made.method)) as answer:
        print(answer.read().decode())
except urllib.error.HTTPError as e:
    print(e.read().decode())
