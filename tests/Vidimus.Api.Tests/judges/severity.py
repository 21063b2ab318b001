"""Severities that rules display, by boto3 over a seeded fleet, each list checked against a plain reckoning over what was there before. Prints what failed, then a count."""
import collections
import json
import sys
import urllib.request

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.exceptions

endpoint = sys.argv[1]
client = boto3.client("inspector2", endpoint_url=endpoint, config=botocore.config.Config(retries={"total_max_attempts": 1}))
checks, failures = 0, 0


def check(what, held, *seen):
    global checks, failures
    checks += 1
    if not held:
        failures += 1
        print("WRONG", what, *[str(s)[:400] for s in seen])


def ask(**query):
    return [f for page in client.get_paginator("list_findings").paginate(**query) for f in page["findings"]]


def raw(path, body, service="inspector2"):
    """A call with members that botocore's model has not, signed by botocore; a GET without a body."""
    method = "POST" if body is not None else "GET"
    request = botocore.awsrequest.AWSRequest(method, endpoint + path, data=json.dumps(body).encode() if body is not None else None, headers={"Content-Type": "application/json"} if body is not None else {})
    botocore.auth.SigV4Auth(boto3.Session().get_credentials(), service, "eu-west-1").add_auth(request)
    prepared = request.prepare()
    with urllib.request.urlopen(urllib.request.Request(prepared.url, prepared.body, dict(prepared.headers), method=method)) as answer:
        return json.load(answer)


def equals(**fields):
    return {field: [{"comparison": "EQUALS", "value": value}] for field, value in fields.items()}


before = {f["findingArn"]: f for f in ask()}
is_open = lambda f: f["status"] != "CLOSED"
ORDER = ["UNTRIAGED", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"]


def shows(what, displayed):
    """What each finding must show, in lists, filters, sorts and counts."""
    now = {f["findingArn"]: f for f in ask()}
    wanted = {arn: displayed(f) for arn, f in before.items()}
    check(what, {a: f["severity"] for a, f in now.items()} == wanted, [(f["severity"], wanted[a]) for a, f in now.items() if f["severity"] != wanted[a]][:5])
    for severity in ORDER:
        check(f"{what}: filter {severity}", {f["findingArn"] for f in ask(filterCriteria=equals(severity=severity))} == {a for a, s in wanted.items() if s == severity})
    ordered = [ORDER.index(f["severity"]) for f in ask(sortCriteria={"field": "SEVERITY", "sortOrder": "DESC"})]
    check(f"{what}: sort", ordered == sorted(ordered, reverse=True))
    counts = collections.Counter(wanted[a].lower() for a, f in now.items() if f["status"] == "ACTIVE")
    counted = client.list_finding_aggregations(aggregationType="ACCOUNT")["responses"][0]["accountAggregation"]["severityCounts"]
    check(f"{what}: counts", counted == {"all": counts.total(), "critical": counts["critical"], "high": counts["high"], "medium": counts["medium"]}, counted, counts)
    return now


# The rule's own criterion is the severity that it changes: it is of the source's, or the rule would undo itself.
critical = client.create_filter(action="NONE", name="no panic", reason="behind the firewall", filterCriteria=equals(severity="CRITICAL"), tags={"vidimus:severity": "LOW", "vidimus:owner": "ann"})["arn"]
shows("criticals are low", lambda f: "LOW" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
rated = [f for f in raw("/findings/list", {"maxResults": 100, "filterCriteria": equals(severity="LOW")})["findings"] if "sourceSeverity" in f]
check("beside", len(rated) > 0 and all((f["sourceSeverity"], f["severityReason"], f["severityFilterArn"]) == ("CRITICAL", "behind the firewall", critical) for f in rated), rated[:1])
check("listed", raw("/filters/list", {})["filters"][0]["displayedSeverity"] == "LOW")
life = raw(f"/vidimus/finding/{rated[0]['findingArn'][-32:]}/history", None, "vidimus")["entries"]
check("history", (life[-1]["cause"], life[-1]["severity"], life[-1]["sourceSeverity"]) == ("RATED", "LOW", "CRITICAL"), life)

# A younger rule does not overrule; one that hides meets what the source says, whatever is displayed.
other = client.create_filter(action="NONE", name="other", filterCriteria=equals(severity="CRITICAL"), tags={"vidimus:severity": "HIGH"})["arn"]
shows("the older rule displays", lambda f: "LOW" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
hide = client.create_filter(action="SUPPRESS", name="hide", filterCriteria={**equals(severity="CRITICAL"), **equals(findingStatus="ACTIVE")})["arn"]
now = shows("hidden too", lambda f: "LOW" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
check("hidden", all((now[a]["status"] == "SUPPRESSED") == (is_open(f) and f["severity"] == "CRITICAL" or f["status"] == "SUPPRESSED") for a, f in before.items() if is_open(f)))
client.delete_filter(arn=hide)

# Changed by the member, by the tag, and ended by each way there is.
raw("/filters/update", {"filterArn": critical, "displayedSeverity": "MEDIUM"})
shows("medium", lambda f: "MEDIUM" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
check("tag follows", client.list_filters(arns=[critical])["filters"][0]["tags"] == {"vidimus:severity": "MEDIUM", "vidimus:owner": "ann"})
client.untag_resource(resourceArn=critical, tagKeys=["vidimus:severity"])
shows("the other one", lambda f: "HIGH" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
client.tag_resource(resourceArn=critical, tags={"vidimus:severity": "INFORMATIONAL"})
shows("tagged", lambda f: "INFORMATIONAL" if f["severity"] == "CRITICAL" and is_open(f) else f["severity"])
client.tag_resource(resourceArn=critical, tags={"vidimus:expires": "2020-01-01T00:00:00Z"})
client.delete_filter(arn=other)
now = shows("ended", lambda f: f["severity"])
check("as before", {a: f["status"] for a, f in now.items()} == {a: f["status"] for a, f in before.items()})
check("nothing beside", not any("sourceSeverity" in f for f in raw("/findings/list", {"maxResults": 100})["findings"]))

for tags in ({"vidimus:severity": "low"}, {"vidimus:severity": "NONE"}):
    try:
        client.create_filter(action="NONE", name="bad", filterCriteria=equals(severity="HIGH"), tags=tags)
        check("refused", False, tags)
    except botocore.exceptions.ClientError as e:
        check("refused", e.response["Error"]["Code"] == "BadRequestException", e.response)

# Left for who looks on.
raw("/filters/create", {"action": "NONE", "name": "half", "filterCriteria": equals(fixAvailable="NO"), "displayedSeverity": "LOW", "reason": "no fix"})
shows("without a fix", lambda f: "LOW" if f["fixAvailable"] == "NO" and is_open(f) else f["severity"])
print(f"{checks} checks {failures} failures")
