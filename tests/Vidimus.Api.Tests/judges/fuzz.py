"""Sends seeded random and mutated requests: bodies changed beneath a right signature, and heads changed so that it can't hold. Each answer must be no 5xx and have a request id."""
import collections
import http.client
import json
import random
import sys
import urllib.parse

import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import models

endpoint, seed, count, key, secret = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5]
sbom = json.load(open(sys.argv[6])) if len(sys.argv) > 6 else None  # then only this one is mutated and sent to ScanSbom
rnd = random.Random(seed)
host = endpoint.removeprefix("http://")
session = botocore.session.get_session()
inspector2 = session.get_service_model("inspector2")
classic = session.get_service_model("inspector")
scan = session.get_service_model("inspector-scan")
seen = collections.Counter()
failures = 0


def valid():
    """A call that would be taken: service, operation, path and body."""
    if sbom:
        form = rnd.choice(["CYCLONE_DX_1_5", "INSPECTOR"])
        return scan, scan.operation_model("ScanSbom"), "/scan/sbom", {"sbom": sbom, "outputFormat": form}
    model = rnd.choice([inspector2, inspector2, inspector2, inspector2, classic, scan])
    operation = model.operation_model(rnd.choice(model.operation_names))
    shape = operation.input_shape
    body = models.wire(shape, models.value(rnd, shape, 0.6)) if shape else {}
    path = operation.http["requestUri"].replace("{resourceArn}", urllib.parse.quote(str(body.pop("resourceArn", "x")), safe=""))
    return model, operation, path, body


JUNK = [None, True, -1, 0, 2**31, 2**63, 1e308, -0.0, "", "\x00", "é" * 300, "a" * 5000, [], {}, [[]], {"": {}}, [None], "2024-01-01T00:00:00Z", "NaN"]


def mutated(item, depth=0):
    """A body of another shape: members dropped, renamed, retyped, doubled or nested."""
    if rnd.random() < 0.15 or depth > 8:
        return rnd.choice(JUNK)
    if isinstance(item, dict):
        result = {}
        for name, inner in item.items():
            if rnd.random() < 0.1:
                continue
            result[name + ("x" if rnd.random() < 0.05 else "")] = mutated(inner, depth + 1) if rnd.random() < 0.4 else inner
        if rnd.random() < 0.2:
            result[rnd.choice(["unknown", "__type", "", "\ud83d\ude00"])] = rnd.choice(JUNK)
        return result
    if isinstance(item, list):
        return [mutated(inner, depth + 1) if rnd.random() < 0.4 else inner for inner in item] * rnd.choice([1, 1, 2, 40])
    return item if rnd.random() < 0.5 else rnd.choice(JUNK)


def bytes_of(body):
    text = json.dumps(mutated(body)).encode()
    kind = rnd.randrange(8)
    if kind == 0:
        return text[: rnd.randint(0, len(text))]
    if kind == 1:
        changed = bytearray(text or b"{")
        for _ in range(rnd.randint(1, 8)):
            changed[rnd.randrange(len(changed))] ^= 1 << rnd.randrange(8)
        return bytes(changed)
    if kind == 2:
        return rnd.choice([b"[" * 5000, b'{"a":' * 2000, b"\xff\xfe", b"\xef\xbb\xbf{}", b"null", b"1", b'"', b"{}{}", b"{} ", b'{"\\ud800":1}', b'{"accountIds":["\\ud800"]}', b'{"filterCriteria":{"title":[{"comparison":"EQUALS","value":"\\udc00"}]}}', rnd.randbytes(200)])
    return text


def target_of(path):
    return rnd.choice([path, path, path + "/", "/" + path, path + "?" + "&".join(rnd.choice(["a=b", "=", "%", "%zz", "%ff=1", "tagKeys=%F0%9F%98%80", "maxResults=x", "maxResults=99999999999", "scanType", "a=" + "x" * 2000]) for _ in range(rnd.randint(1, 5))),
                       path.upper(), "/tags/%", "/tags/%00", "/tags/" + "%2f" * 500, "/../" + path, "/", "/%2e%2e/x", path + "%", "/a/b/c"])


def head_of(headers):
    for _ in range(rnd.randint(1, 3)):
        name = rnd.choice(list(headers))
        kind = rnd.randrange(7)
        if kind == 0 and name != "Host":
            headers.pop(name)
        elif kind == 1:
            headers[name] = headers.get(name, "")[: rnd.randint(0, 80)]
        elif kind == 2:
            headers["Authorization"] = rnd.choice(["", "Basic eDp5", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, SignedHeaders=host, Signature=0", "AWS4-HMAC-SHA256 " + "=," * 500, "AWS4-HMAC-SHA256 Credential=" + "/" * 3000,
                                                   f"AWS4-HMAC-SHA256 Credential={key}/20261124/eu-west-1/inspector2/aws4_request, SignedHeaders=host;;;a, Signature=é"])
        elif kind == 3:
            headers["X-Amz-Date"] = rnd.choice(["", "0", "99999999T999999Z", "00010101T000000Z", "99991231T235959Z", "20261124T120000Z"])
        elif kind == 4:
            headers["Content-Type"] = rnd.choice(["", "text/plain", "application/json;charset=utf-8", "application/json\t", "é", "application/x-amz-json-1.0"])
        elif kind == 5:
            headers["X-Amz-Target"] = rnd.choice(["", "InspectorService.", "InspectorService.ListFindings", "x" * 3000])
        else:
            headers["X-Amz-Junk-" + str(rnd.randrange(9))] = "".join(chr(rnd.choice([9, 32, 65, 126, 233, 0x4e2d])) for _ in range(40)).strip()
        if not headers:
            return


connection = http.client.HTTPConnection(host)
for number in range(count):
    model, operation, path, body = valid()
    content = b"" if operation.http["method"] in ("GET", "DELETE") and rnd.random() < 0.8 else bytes_of(body)
    # Line breaks and blanks can't stand on a request line at all, so they are kept out of the target.
    target = urllib.parse.quote(target_of(path), safe="/?&=%+~.-_:") if rnd.random() < 0.4 else path
    method = operation.http["method"] if rnd.random() < 0.9 else rnd.choice(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
    headers = {"Content-Type": "application/json" if model is not classic else "application/x-amz-json-1.1"}
    if model is classic:
        headers["X-Amz-Target"] = "InspectorService." + operation.name
    request = AWSRequest(method=method, url=endpoint + target, headers=headers, data=content)
    SigV4Auth(Credentials(key, secret), model.signing_name or model.endpoint_prefix, "eu-west-1").add_auth(request)
    sent = dict(request.headers.items())
    sent.setdefault("Host", host)
    if rnd.random() < 0.35:
        head_of(sent)
    sent.setdefault("Host", host)
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    for name, value in sent.items():
        connection.putheader(name, value.encode())
    connection.putheader("Content-Length", str(len(content)))
    connection.endheaders(content)
    answer = connection.getresponse()
    text = answer.read()
    seen[(answer.status, answer.headers.get("x-amzn-ErrorType"))] += 1
    broken_head = answer.status == 400 and not text and answer.headers.get("x-amzn-RequestId") is None
    if broken_head:
        seen["refused by the server's HTTP itself"] += 1
    if answer.status >= 500 or (answer.headers.get("x-amzn-RequestId") is None and not broken_head) or (text and not text.startswith(b"{")):
        failures += 1
        if failures < 10:
            print(answer.status, dict(answer.headers), text[:300], method, target[:200], sent, content[:300])
    if answer.headers.get("Connection") == "close":
        connection.close()

for what, times in seen.most_common():
    print(times, what)
print(f"{count} requests, {failures} failures")
sys.exit(1 if failures else 0)
