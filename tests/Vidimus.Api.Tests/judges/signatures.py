"""Signs random requests with botocore, in the header and in the query, and sends them as they are (accepted) and with one part changed (refused by AWS's code)."""
import datetime
import http.client
import json
import random
import sys
import urllib.parse

import botocore.auth
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

endpoint, seed, rounds, key, secret, session_key, token = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:8]
rnd = random.Random(seed)
host = endpoint.removeprefix("http://")
connection = http.client.HTTPConnection(host)
failures = sent = 0


def send(method, target, headers, body):
    global sent
    sent += 1
    connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    names = {n.lower() for n, _ in headers}
    if "host" not in names:
        connection.putheader("Host", host)
    for name, value in headers:
        connection.putheader(name, value.encode())
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = answer.read()
    return answer.status, answer.headers.get("x-amzn-ErrorType"), answer.headers.get("x-amzn-RequestId"), text


def expect(what, got, want):
    global failures
    status, code, request_id, text = got
    if code not in want or not request_id:
        failures += 1
        print(f"{what}: {status} {code} {text[:300]}, wanted {want}")


def request():
    """One of three operations, with more in path, query and headers than they need."""
    kind = rnd.randrange(3)
    headers = {"Content-Type": "application/json", "X-Amz-Meta-Spaces": "  a   b \t c  ", "X-Amz-Meta-Case": "ÄÖ" if rnd.random() < 0.3 else "Mixed Case"}
    query = [(rnd.choice(["b", "a", "B", "a b", "é", "ab", "a-b", "x~y"]), rnd.choice(["", "1", "2 3", "+", "/", "=&", "é", "%41", "*"])) for _ in range(rnd.randrange(4))]
    encoded = "&".join(f"{urllib.parse.quote(n, safe='-_.~')}={urllib.parse.quote(v, safe='-_.~')}" for n, v in query)
    if kind == 0:
        method, path, body = "POST", "/findings/list", json.dumps({"maxResults": rnd.randint(1, 100)}).encode()
    elif kind == 1:
        arn = f"arn:aws:inspector2:eu-west-1:111122223333:owner/111122223333/filter/{rnd.randrange(10**9)} é+*~!'()"
        method, path, body = "GET", "/tags/" + urllib.parse.quote(arn, safe=rnd.choice(["", ":", "-_.~"])), b""
        headers.pop("Content-Type")
    else:
        method, path, body = "POST", "/members/list", b""
        headers.pop("Content-Type")
    return method, path + ("?" + encoded if encoded else ""), headers, body


def signed(method, target, headers, body, service="inspector2", region="eu-west-1", presigned=False, session=False, when=datetime.timedelta()):
    credentials = Credentials(session_key, secret, token) if session else Credentials(key, secret)
    made = AWSRequest(method=method, url=endpoint + target, headers=dict(headers), data=body)
    signer = SigV4QueryAuth(credentials, service, region, expires=60) if presigned else SigV4Auth(credentials, service, region)
    clock = botocore.auth.get_current_datetime
    botocore.auth.get_current_datetime = lambda: clock() + when
    try:
        signer.add_auth(made)
    finally:
        botocore.auth.get_current_datetime = clock
    url = made.url.removeprefix(endpoint)
    return url, list(made.headers.items())


OK = {None}
WRONG = {"InvalidSignatureException"}
for number in range(rounds):
    method, target, headers, body = request()
    session = rnd.random() < 0.3
    region = rnd.choice(["eu-west-1", "us-gov-east-1", "ap-south-2"])
    for presigned in (False, True):
        if presigned:
            body = b""  # botocore presigns no body: it would move it into the query
        url, full = signed(method, target, headers, body, presigned=presigned, session=session, region=region)
        expect(f"untouched {method} {url} {full}", send(method, url, full, body), OK)

        # One part of what is signed is changed.
        def without(name):
            return [(n, v) for n, v in full if n.lower() != name]
        expect("another body", send(method, url, full + ([] if "Content-Type" in headers else [("Content-Type", "application/json")]), body + b" "), WRONG)
        expect("another query", send(method, url + ("&" if "?" in url else "?") + "zz=1", full, body), WRONG)
        expect("another method", send("PUT", url, full, body), WRONG)
        expect("another path", send(method, url.replace("/", "/x", 1), full, body), WRONG)
        expect("another signed header", send(method, url, [(n, v + "x" if n == "X-Amz-Meta-Case" else v) for n, v in full], body), WRONG)
        expect("a signed header gone", send(method, url, without("x-amz-meta-spaces"), body), WRONG)
        expect("a signed header twice", send(method, url, full + [("X-Amz-Meta-Case", "again")], body), WRONG)
        expect("another host", send(method, url, without("host") + [("Host", "example.org")], body), WRONG)
        expect("a token that is not signed", send(method, url, full + [("X-Amz-Security-Token", "t")], body), {"InvalidSignatureException", "UnrecognizedClientException"})
        if presigned:
            mutate = lambda name, value: "?".join([url.split("?")[0], "&".join(p if not p.startswith(name + "=") else f"{name}={value}" for p in url.split("?")[1].split("&"))])
            expect("another expiry", send(method, mutate("X-Amz-Expires", "61"), full, body), WRONG)
            expect("no expiry", send(method, mutate("X-Amz-Expires", ""), full, body), {"IncompleteSignatureException"})
            expect("an unknown key", send(method, url.replace(session_key if session else key, "AKIDNOBODY"), full, body), {"UnrecognizedClientException"})
            expect("a wrong signature", send(method, mutate("X-Amz-Signature", "0" * 64), full, body), WRONG)
        else:
            authorization = dict(full)["Authorization"]
            swap = lambda old, new: [(n, v.replace(old, new) if n == "Authorization" else v) for n, v in full]
            expect("no signature at all", send(method, url, without("authorization"), body), {"MissingAuthenticationTokenException"})
            expect("an unknown key", send(method, url, swap(session_key if session else key, "AKIDNOBODY"), body), {"UnrecognizedClientException"})
            expect("a wrong signature", send(method, url, swap(authorization[-64:], authorization[-64:][::-1]), body), WRONG)
            expect("another region", send(method, url, swap(region, "us-west-2"), body), WRONG)
            expect("another service", send(method, url, swap("/inspector2/", "/inspector-scan/"), body), WRONG)
            expect("a service that is not here", send(method, url, swap("/inspector2/", "/ec2/"), body), WRONG)
            expect("host not signed", send(method, url, swap("host;", ""), body), WRONG)
            expect("no date", send(method, url, [(n, v) for n, v in full if n != "X-Amz-Date"], body), {"IncompleteSignatureException"})
            expect("a date of another day", send(method, url, [(n, "20200101T000000Z" if n == "X-Amz-Date" else v) for n, v in full], body), WRONG)
            expect("a date that is none", send(method, url, [(n, "yesterday" if n == "X-Amz-Date" else v) for n, v in full], body), {"IncompleteSignatureException"})
            expect("a scope that is none", send(method, url, swap("/aws4_request", "/aws5_request"), body), {"IncompleteSignatureException"})
            expect("no signed headers", send(method, url, swap("SignedHeaders=", "Signed="), body), {"IncompleteSignatureException"})
            expect("another algorithm", send(method, url, swap("AWS4-HMAC-SHA256", "AWS5-HMAC-SHA256"), body), {"MissingAuthenticationTokenException"})
            if session:
                expect("no session token", send(method, url, without("x-amz-security-token"), body), {"InvalidSignatureException", "UnrecognizedClientException"})

    minutes = datetime.timedelta(minutes=1)
    for presigned, when, want in ((False, -4.5 * minutes, OK), (False, 4.5 * minutes, OK), (False, -5.5 * minutes, WRONG), (False, 5.5 * minutes, WRONG), (True, -0.5 * minutes, OK), (True, -2 * minutes, WRONG), (True, 5.5 * minutes, WRONG)):
        url, full = signed(method, target, headers, body, when=when, presigned=presigned)
        expect(f"{'query' if presigned else 'header'} signed {when} from now", send(method, url, full, body), want)

print(f"{sent} requests, {failures} failures")
sys.exit(1 if failures else 0)
