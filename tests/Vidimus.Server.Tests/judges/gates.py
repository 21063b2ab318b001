"""Calls every operation of the three models as botocore signs it, and in the ways in which AWS refuses; prints what did not end as it should."""
import collections
import datetime
import http.client
import os
import random
import sys
import urllib.parse

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "Vidimus.Api.Tests", "judges"))
import models

endpoint, administrator, operator, reader, foreign = sys.argv[1:6]
rnd = random.Random(17)
host = endpoint.split("://")[1]
session = botocore.session.get_session()
connection = http.client.HTTPConnection(host)
failures = 0
seen = collections.Counter()


def keys(file):
    lines = dict(line.split(" = ") for line in open(file).read().split("\n") if " = " in line)
    return lines["aws_access_key_id"], lines["aws_secret_access_key"]


def call(service, operation, path, body, credentials, change=lambda headers: None):
    headers = {"Content-Type": "application/json"}
    if service.protocol == "json" or service.service_name == "inspector":
        headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "InspectorService." + operation.name}
    method = operation.http["method"]
    content = b"" if method in ("GET", "DELETE") else body
    request = AWSRequest(method=method, url=endpoint + path, headers=headers, data=content)
    SigV4Auth(Credentials(*credentials), service.signing_name or service.endpoint_prefix, "eu-west-1").add_auth(request)
    sent = dict(request.headers.items())
    change(sent)
    connection.putrequest(method, path, skip_accept_encoding=True)
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content)
    answer = connection.getresponse()
    text = answer.read()
    if answer.headers.get("Connection") == "close":
        connection.close()
    if not answer.headers.get("x-amzn-RequestId"):
        wrong(operation, "no request id", text)
    return answer.status, answer.headers.get("x-amzn-ErrorType") or "ok", text


def wrong(operation, what, text):
    global failures
    failures += 1
    print(operation.name, what, text[:300])


def expect(operation, what, got, want):
    seen[(what, got[1])] += 1
    if got[1] not in want:
        wrong(operation, f"{what}: {got[0]} {got[1]}, wanted {want}", got[2])


def stale(headers):
    """Its time, and with it the signed scope's day, lies far back: the signature itself is another matter, the clock is looked at first."""
    old = datetime.datetime(2020, 1, 2, 3, 4, 5).strftime("%Y%m%dT%H%M%SZ")
    today = headers["X-Amz-Date"][:8]
    headers["X-Amz-Date"] = old
    headers["Authorization"] = headers["Authorization"].replace("/" + today + "/", "/20200102/")


READING = ("BatchGet", "Describe", "Get", "List", "Preview", "Search", "ScanSbom")
ORGANIZATION = {"AssociateMember", "BatchUpdateMemberEc2DeepInspectionStatus", "DisableDelegatedAdminAccount", "DisassociateMember", "EnableDelegatedAdminAccount", "ResetEncryptionKey", "UpdateEncryptionKey", "UpdateOrganizationConfiguration", "UpdateOrgEc2DeepInspectionConfiguration"}
import json
for name in ("inspector2", "inspector-scan", "inspector"):
    service = session.get_service_model(name)
    for operation_name in service.operation_names:
        operation = service.operation_model(operation_name)
        shape = operation.input_shape
        body = models.wire(shape, models.value(rnd, shape, 0.0)) if shape else {}
        path = operation.http["requestUri"].replace("{resourceArn}", urllib.parse.quote(str(body.pop("resourceArn", "x")), safe=""))
        if "tagKeys" in body:
            path += "?tagKeys=" + "&tagKeys=".join(urllib.parse.quote(k, safe="-_.~") for k in body.pop("tagKeys"))
        content = json.dumps(body).encode()
        go = lambda file, change=lambda headers: None, secret=None: call(service, operation, path, content, (keys(file)[0], secret or keys(file)[1]), change)
        expect(operation, "without a signature", go(administrator, lambda h: h.pop("Authorization")), ["MissingAuthenticationTokenException"])
        expect(operation, "with a wrong secret", go(administrator, secret="x" * 40), ["InvalidSignatureException"])
        expect(operation, "with another's key", call(service, operation, path, content, ("AKIAAAAAAAAAAAAAAAAA", "x" * 40)), ["UnrecognizedClientException"])
        expect(operation, "expired", go(administrator, stale), ["InvalidSignatureException"])
        mutates = not operation_name.startswith(READING)
        got = go(reader)
        if mutates:
            expect(operation, "by a reader", got, ["AccessDeniedException"])
            if b"is not authorized to perform: " + name.encode() + b":" + operation_name.encode() not in got[2] or b":user/looker" not in got[2]:
                wrong(operation, "a refusal that does not name caller and action", got[2])
        elif b"not authorized to perform" in got[2]:
            wrong(operation, "refused to a reader", got[2])
        if operation_name in ORGANIZATION:
            expect(operation, "by an operator", go(operator), ["AccessDeniedException"])
        # What another account's administrator gets is its own: nothing that names the first account.
        got = call(service, operation, path, content, keys(foreign))
        if b"111122223333" in got[2] and b"111122223333" not in content and b"111122223333" not in path.encode():
            wrong(operation, "tells a foreign account of the first one", got[2])

for what, times in seen.most_common():
    print(times, what)
print(sum(seen.values()), "calls,", failures, "failures")
