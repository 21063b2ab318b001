"""Filters, suppression, details, aggregations and coverage by boto3 over a seeded fleet, each checked against the list of all findings. Prints what failed, then a count."""
import collections
import datetime
import json
import random
import subprocess
import sys

import boto3
import botocore.config
import botocore.exceptions

endpoint = sys.argv[1]
client = boto3.client("inspector2", endpoint_url=endpoint, config=botocore.config.Config(retries={"total_max_attempts": 1}))
rng = random.Random(int(sys.argv[2]))
checks, failures = 0, 0


def check(what, held, *seen):
    global checks, failures
    checks += 1
    if not held:
        failures += 1
        print("WRONG", what, *[str(s)[:400] for s in seen])


def ask(**query):
    return [f for page in client.get_paginator("list_findings").paginate(**query) for f in page["findings"]]


def refused(code, call, **arguments):
    try:
        call(**arguments)
        check(f"{code} expected", False)
    except botocore.exceptions.ClientError as e:
        check(code, e.response["Error"]["Code"] == code, e.response)


everything = ask()
by_arn = {f["findingArn"]: f for f in everything}
active = [f for f in everything if f["status"] == "ACTIVE"]
detail = lambda f: f["packageVulnerabilityDetails"]
name = lambda f: detail(f)["vulnerabilityId"]
popular = collections.Counter(map(name, active)).most_common(1)[0][0]

# A rule hides what matches and nothing else, and shows it again.
criteria = {"vulnerabilityId": [{"comparison": "EQUALS", "value": popular}], "epssScore": [{"lowerInclusive": 0.0, "upperInclusive": 1.0}], "ecrImagePushedAt": [{"startInclusive": datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)}]}
wide = {"vulnerabilityId": criteria["vulnerabilityId"]}
arn = client.create_filter(action="SUPPRESS", name="hide", description="d", reason="accepted", filterCriteria=wide, tags={"vidimus:owner": "ann", "a": "b"})["arn"]
check("arn", arn.startswith("arn:aws:inspector2:eu-west-1:111122223333:owner/111122223333/filter/") and len(arn.rsplit("/", 1)[1]) == 16, arn)
hidden = {f["findingArn"] for f in ask(filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]})}
check("hidden", hidden == {f["findingArn"] for f in active if name(f) == popular}, len(hidden))
other = [f for f in active if name(f) != popular]
check("others stay", {f["findingArn"] for f in ask(filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "ACTIVE"}]})} == {f["findingArn"] for f in other})
listed = client.list_filters(arns=[arn])["filters"]
check("listed", len(listed) == 1 and listed[0]["criteria"] == wide and listed[0]["tags"] == {"vidimus:owner": "ann", "a": "b"} and listed[0]["reason"] == "accepted" and listed[0]["ownerId"] == "111122223333", listed)
second = other[0]
client.update_filter(filterArn=arn, filterCriteria={"vulnerabilityId": [{"comparison": "EQUALS", "value": name(second)}]})
hidden = {f["findingArn"] for f in ask(filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]})}
check("moved", hidden == {f["findingArn"] for f in active if name(f) == name(second)}, len(hidden))
client.update_filter(filterArn=arn, action="NONE")
check("shown", not ask(filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]}))
client.update_filter(filterArn=arn, action="SUPPRESS")
client.delete_filter(arn=arn)
check("deleted", {f["findingArn"]: f["status"] for f in ask()} == {f["findingArn"]: f["status"] for f in everything} and client.list_filters()["filters"] == [])
refused("ResourceNotFoundException", client.delete_filter, arn=arn)
refused("ResourceNotFoundException", client.update_filter, filterArn=arn, action="NONE")

# An ended rule hides nothing.
ended = client.create_filter(action="SUPPRESS", name="ended", filterCriteria=wide, tags={"vidimus:expires": "2020-01-01T00:00:00Z"})["arn"]
check("ended", not ask(filterCriteria={"findingStatus": [{"comparison": "EQUALS", "value": "SUPPRESSED"}]}) and client.list_filters(arns=[ended])["filters"][0]["action"] == "NONE")
refused("BadRequestException", client.create_filter, action="SUPPRESS", name="bad", filterCriteria=wide, tags={"vidimus:expires": "tomorrow"})
refused("BadRequestException", client.create_filter, action="NONE", name="ended", filterCriteria=wide)
client.delete_filter(arn=ended)

# As Terraform writes them: numbers beyond the scale, dates, and back as they came.
saved = client.create_filter(action="NONE", name="saved", filterCriteria={**criteria, "epssScore": [{"lowerInclusive": 1.0, "upperInclusive": 101.0}]})["arn"]
check("round trip", client.list_filters(arns=[saved])["filters"][0]["criteria"] == {**criteria, "epssScore": [{"lowerInclusive": 1.0, "upperInclusive": 101.0}]})
for i in range(499):
    client.create_filter(action="NONE", name=f"f{i}", filterCriteria=wide)
refused("ServiceQuotaExceededException", client.create_filter, action="NONE", name="501", filterCriteria=wide)
pages = [f["name"] for page in client.get_paginator("list_filters").paginate(PaginationConfig={"PageSize": 90}) for f in page["filters"]]
check("pages of filters", pages == ["saved"] + [f"f{i}" for i in range(499)], len(pages))

# Details and snippets.
some = rng.sample(everything, 5)
absent = everything[0]["findingArn"][:-4] + "0000"
got = client.batch_get_finding_details(findingArns=[f["findingArn"] for f in some] + [absent])
check("details", [d["findingArn"] for d in got["findingDetails"]] == [f["findingArn"] for f in some] and all(d.get("epssScore") == by_arn[d["findingArn"]].get("epss", {}).get("score") for d in got["findingDetails"]), got)
check("no details", [(e["findingArn"], e["errorCode"]) for e in got["errors"]] == [(absent, "FINDING_DETAILS_NOT_FOUND")], got["errors"])
snippets = client.batch_get_code_snippet(findingArns=[everything[0]["findingArn"]])
check("snippets", snippets["errors"][0]["errorCode"] == "CODE_SNIPPET_NOT_FOUND" and snippets["codeSnippetResults"] == [], snippets)
cve = next(name(f) for f in everything if name(f).startswith("CVE-"))
found = client.search_vulnerabilities(filterCriteria={"vulnerabilityIds": [cve]})["vulnerabilities"]
check("search", [v["id"] for v in found] == [cve] and found[0]["cvss3"]["baseScore"] == 7.5, found)
check("search of nothing", client.search_vulnerabilities(filterCriteria={"vulnerabilityIds": ["CVE-1999-0001"]})["vulnerabilities"] == [])

# Aggregations are counts of the active findings.
resource = lambda f: f["resources"][0]
kinds = {"AWS_EC2_INSTANCE": "AWS_EC2_INSTANCE", "VM_INSTANCE": "AWS_EC2_INSTANCE", "AWS_ECR_CONTAINER": "AWS_ECR_CONTAINER_IMAGE", "CONTAINER_IMAGE": "AWS_ECR_CONTAINER_IMAGE",
         "AWS_LAMBDA_FUNCTION": "AWS_LAMBDA_FUNCTION", "SERVERLESS_FUNCTION": "AWS_LAMBDA_FUNCTION", "CODE_REPOSITORY": "CODE_REPOSITORY"}
keys = {
    "ACCOUNT": lambda f: [f["awsAccountId"]], "FINDING_TYPE": lambda f: [f["awsAccountId"]], "TITLE": lambda f: [f["title"]], "PACKAGE": lambda f: {p["name"] for p in detail(f)["vulnerablePackages"]},
    "REPOSITORY": lambda f: [d["repositoryName"] for d in [resource(f)["details"].get("image")] if d], "AMI": lambda f: [d["imageId"] for d in [resource(f)["details"].get("awsEc2Instance")] if d and "imageId" in d],
    "IMAGE_LAYER": lambda f: {(resource(f)["id"], p["sourceLayerHash"]) for p in detail(f)["vulnerablePackages"] if "sourceLayerHash" in p} if resource(f)["type"] == "AWS_ECR_CONTAINER_IMAGE" else [],
    "LAMBDA_LAYER": lambda f: [], **{k: (lambda t: lambda f: [resource(f)["id"]] if resource(f)["type"] == t else [])(t) for k, t in kinds.items()},
}
label = {"ACCOUNT": "accountId", "FINDING_TYPE": "accountId", "TITLE": "title", "PACKAGE": "packageName", "REPOSITORY": "repository", "AMI": "ami", "AWS_EC2_INSTANCE": "instanceId"}
for kind, key in keys.items():
    expected = collections.defaultdict(collections.Counter)
    for f in active:
        for k in key(f):
            expected[k].update(["all", f["severity"].lower()])
    responses = [next(iter(r.values())) for page in client.get_paginator("list_finding_aggregations").paginate(aggregationType=kind, PaginationConfig={"PageSize": 7}) for r in page["responses"]]
    seen = {(r["resourceId"], r["layerHash"]) if kind == "IMAGE_LAYER" else r[label.get(kind, "resourceId")]: r["severityCounts"] for r in responses}
    check(kind, len(seen) == len(responses) and seen == {k: {n: c[n] for n in ("all", "critical", "high", "medium")} for k, c in expected.items()}, len(seen), len(expected))
    critical = [r["severityCounts"]["critical"] for r in responses]
    check(kind + " sorted", critical == sorted(critical, reverse=True))
account = client.list_finding_aggregations(aggregationType="ACCOUNT")["responses"][0]["accountAggregation"]
check("exploit and fix", account["exploitAvailableCount"] == sum(f.get("exploitAvailable") == "YES" for f in active) and account["fixAvailableCount"] == sum(f["fixAvailable"] == "YES" for f in active), account)
images = client.list_finding_aggregations(aggregationType="ACCOUNT", aggregationRequest={"accountAggregation": {"resourceType": "AWS_ECR_CONTAINER_IMAGE"}})["responses"]
check("by type", images[0]["accountAggregation"]["severityCounts"]["all"] == sum(resource(f)["type"] == "AWS_ECR_CONTAINER_IMAGE" for f in active), images)
check("of networks", client.list_finding_aggregations(aggregationType="ACCOUNT", aggregationRequest={"accountAggregation": {"findingType": "NETWORK_REACHABILITY"}})["responses"] == [])
title = active[0]["title"]
got = client.list_finding_aggregations(aggregationType="TITLE", aggregationRequest={"titleAggregation": {"titles": [{"comparison": "EQUALS", "value": title}]}})["responses"]
check("one title", [r["titleAggregation"]["title"] for r in got] == [title], got)

# Coverage.
covered = [r for page in client.get_paginator("list_coverage").paginate(PaginationConfig={"PageSize": 7}) for r in page["coveredResources"]]
check("covered", len(covered) == 60 and len({r["resourceId"] for r in covered}) == 60 and {resource(f)["id"] for f in everything} <= {r["resourceId"] for r in covered}, len(covered))
for field, member in (("resourceType", "resourceType"), ("resourceId", "resourceId"), ("cloudProviderRegion", "providerRegion")):
    for value in rng.sample(sorted({r[member] for r in covered}), min(3, len({r[member] for r in covered}))):
        for comparison in ("EQUALS", "NOT_EQUALS"):
            got = client.list_coverage(filterCriteria={field: [{"comparison": comparison, "value": value}]}, maxResults=200)["coveredResources"]
            check(field, {r["resourceId"] for r in got} == {r["resourceId"] for r in covered if (r[member] == value) == (comparison == "EQUALS")}, len(got))
for field, conditions, count in (
        ("scanStatusReason", [{"comparison": "EQUALS", "value": "PENDING_INITIAL_SCAN"}], 10), ("scanStatusCode", [{"comparison": "EQUALS", "value": "INACTIVE"}], 0), ("scanStatusCode", [{"comparison": "EQUALS", "value": "ACTIVE"}], 60),
        ("scanType", [{"comparison": "EQUALS", "value": "NETWORK"}], 0), ("scanMode", [{"comparison": "NOT_EQUALS", "value": "EC2_AGENTLESS"}], 60), ("lastScannedAt", [{"startInclusive": datetime.datetime(2026, 11, 2)}], 50),
        ("accountId", [{"comparison": "EQUALS", "value": "111122223333"}], 60), ("accountId", [{"comparison": "EQUALS", "value": "999922223333"}], 0)):
    got = client.list_coverage(filterCriteria={field: conditions}, maxResults=200)["coveredResources"]
    check(field, len(got) == count, len(got))
for group, member in (("RESOURCE_TYPE", lambda r: r["resourceType"]), ("SCAN_STATUS_REASON", lambda r: r["scanStatus"]["reason"]), ("ACCOUNT_ID", lambda r: r["accountId"]), ("PROVIDER_REGION", lambda r: r["providerRegion"])):
    got = client.list_coverage_statistics(groupBy=group)
    check(group, got["totalCounts"] == 60 and {c["groupKey"]: c["count"] for c in got["countsByGroup"]} == collections.Counter(map(member, covered)), got)
check("total", client.list_coverage_statistics()["totalCounts"] == 60)

# A token is of its query and its call.
token = client.list_findings(maxResults=1)["nextToken"]
refused("ValidationException", client.list_findings, maxResults=1, nextToken=token, filterCriteria=wide)
refused("ValidationException", client.list_coverage, maxResults=1, nextToken=token)
refused("ValidationException", client.list_findings, filterCriteria={"findingArn": [{"comparison": "PREFIX", "value": everything[0]["findingArn"][:-3]}]})

# The CLI reads the same.
out = subprocess.run(["aws", "--endpoint-url", endpoint, "inspector2", "list-findings", "--max-items", "3", "--sort-criteria", "field=SEVERITY,sortOrder=DESC"], capture_output=True, text=True)
check("aws list-findings", out.returncode == 0 and len(json.loads(out.stdout)["findings"]) == 3, out.stderr)
out = subprocess.run(["aws", "--endpoint-url", endpoint, "inspector2", "list-finding-aggregations", "--aggregation-type", "TITLE", "--max-items", "1"], capture_output=True, text=True)
check("aws list-finding-aggregations", out.returncode == 0 and len(json.loads(out.stdout)["responses"]) == 1, out.stderr)
print(f"{checks} checks {failures} failures")
