"""Lists all findings, then asks by random criteria and every sort, and compares with what a plain filter over the JSON of all of them gives. Prints the questions, hits and failures."""
import datetime
import json
import random
import sys

import boto3
import botocore.config

client = boto3.client("inspector2", endpoint_url=sys.argv[1], config=botocore.config.Config(retries={"total_max_attempts": 1}))
rng = random.Random(int(sys.argv[2]))
rounds = int(sys.argv[3])


def ask(size=100, **query):
    pages = client.get_paginator("list_findings").paginate(**query, PaginationConfig={"PageSize": size})
    return [f for page in pages for f in page["findings"]]


everything = ask()
resource = lambda f: f["resources"][0]
details = lambda f, *names: [d for n in names if (d := resource(f).get("details", {}).get(n))]
package = lambda f: f["packageVulnerabilityDetails"]


def some(*values):
    return [v for v in values if v not in (None, "")]


def of(member, *names, many=False):
    def read(f):
        found = [d[member] for d in details(f, *names) if d.get(member) not in (None, "")]
        return [v for values in found for v in values] if many else found
    return read


VM, IMAGE, FUNCTION = ("vm",), ("image",), ("serverlessFunction",)
TEXTS = {
    "awsAccountId": lambda f: [f["awsAccountId"]], "findingType": lambda f: [f["type"]], "severity": lambda f: [f["severity"]], "findingStatus": lambda f: [f["status"]], "title": lambda f: [f["title"]],
    "resourceType": lambda f: [resource(f)["type"]], "resourceId": lambda f: [resource(f)["id"]], "findingArn": lambda f: [f["findingArn"]],
    "ec2InstanceImageId": of("imageId", "awsEc2Instance"), "ec2InstanceVpcId": of("vpcId", "awsEc2Instance"), "ec2InstanceSubnetId": of("subnetId", "awsEc2Instance"),
    "ecrImageArchitecture": of("architecture", "awsEcrContainerImage"), "ecrImageRegistry": of("registry", "awsEcrContainerImage"), "ecrImageRepositoryName": of("repositoryName", "awsEcrContainerImage"),
    "ecrImageTags": of("imageTags", "awsEcrContainerImage", many=True), "ecrImageHash": of("imageHash", "awsEcrContainerImage"),
    "networkProtocol": lambda f: [], "componentId": lambda f: [], "componentType": lambda f: [],
    "vulnerabilityId": lambda f: [package(f)["vulnerabilityId"]], "vulnerabilitySource": lambda f: [package(f)["source"]], "vendorSeverity": lambda f: some(package(f).get("vendorSeverity")),
    "relatedVulnerabilities": lambda f: package(f)["relatedVulnerabilities"], "fixAvailable": lambda f: [f["fixAvailable"]], "exploitAvailable": lambda f: some(f.get("exploitAvailable")),
    "lambdaFunctionName": of("functionName", "awsLambdaFunction"), "lambdaFunctionLayers": of("layers", "awsLambdaFunction", many=True), "lambdaFunctionRuntime": of("runtime", "awsLambdaFunction"),
    "lambdaFunctionExecutionRoleArn": of("executionRoleArn", "awsLambdaFunction"),
    "codeVulnerabilityDetectorName": lambda f: [], "codeVulnerabilityDetectorTags": lambda f: [], "codeVulnerabilityFilePath": lambda f: [],
    "codeRepositoryProjectName": of("projectName", "codeRepository"), "codeRepositoryProviderType": of("providerType", "codeRepository"),
    "cloudProvider": lambda f: some(resource(f).get("provider")), "cloudProviderRegion": lambda f: [resource(f)["region"]],
    "cloudProviderAccountId": lambda f: some(resource(f).get("providerAccountId")), "cloudProviderOrgId": lambda f: some(resource(f).get("providerOrgId")),
    "cloudVmImageReference": of("vmImageReference", *VM), "cloudVmNetworkId": of("networkId", *VM), "cloudVmSubnetIds": of("subnetIds", *VM, many=True),
    "cloudImageRepositoryName": of("repositoryName", *IMAGE), "cloudImageRegistry": of("registry", *IMAGE), "cloudImageDigest": of("imageDigest", *IMAGE), "cloudImageTags": of("imageTags", *IMAGE, many=True),
    "cloudImageArchitecture": of("architecture", *IMAGE), "cloudServerlessFunctionName": of("serverlessFunctionName", *FUNCTION), "cloudServerlessFunctionRuntime": of("runtime", *FUNCTION),
    "cloudServerlessFunctionExecutionRole": of("executionRole", *FUNCTION),
}
DATES = {
    "firstObservedAt": lambda f: [f["firstObservedAt"]], "lastObservedAt": lambda f: [f["lastObservedAt"]], "updatedAt": lambda f: [f["updatedAt"]],
    "ecrImagePushedAt": of("pushedAt", "awsEcrContainerImage"), "ecrImageLastInUseAt": of("lastInUseAt", "awsEcrContainerImage"), "lambdaFunctionLastModifiedAt": of("lastModifiedAt", "awsLambdaFunction"),
    "cloudImagePushedAt": of("pushedAt", *IMAGE), "cloudImageLastInUseAt": of("lastInUseAt", *IMAGE), "cloudServerlessFunctionLastModifiedAt": of("lastModifiedAt", *FUNCTION),
}
NUMBERS = {
    "inspectorScore": lambda f: some(f.get("inspectorScore")), "ecrImageInUseCount": of("inUseCount", "awsEcrContainerImage"), "epssScore": lambda f: some(f.get("epss", {}).get("score")),
    "cloudImageInUseCount": of("inUseCount", *IMAGE),
}
ALL = [*TEXTS, *DATES, *NUMBERS, "resourceTags", "portRange", "vulnerablePackages"]
assert len(ALL) == 65, len(ALL)
PACKAGE = {"name": "name", "version": "version", "release": "release", "architecture": "arch", "sourceLayerHash": "sourceLayerHash", "filePath": "filePath"}


def text(values, prefix=True):
    kind = rng.choice(["EQUALS", "EQUALS", "PREFIX", "NOT_EQUALS"])
    value = rng.choice(values) if values and rng.random() < 0.9 else "nothing like it"
    if kind == "PREFIX":
        value = value[: rng.randint(1, len(value))] if prefix else value
    if kind == "PREFIX" and not prefix:
        kind = "EQUALS"
    return {"comparison": kind, "value": value}


def bounds(values, low, high):
    pick = lambda: rng.choice(values) if values else 0
    both = sorted([pick(), pick()])
    return {k: v for k, v in ((low, both[0]), (high, both[1])) if rng.random() < 0.8}


def values_of(read):
    return sorted({v for f in everything for v in read(f)})


def criterion(field):
    count = rng.choice([1, 1, 2, 3])
    if field in TEXTS:
        found = values_of(TEXTS[field])
        return [text(found, field != "findingArn") for _ in range(count)]
    if field in DATES:
        # boto3 sends whole seconds.
        return [bounds([d.replace(microsecond=0) for d in values_of(DATES[field])] or [datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)], "startInclusive", "endInclusive") for _ in range(count)]
    if field in NUMBERS:
        return [bounds(values_of(NUMBERS[field]), "lowerInclusive", "upperInclusive") for _ in range(count)]
    if field == "portRange":
        return [{"beginInclusive": 1, "endInclusive": 65535}]
    if field == "resourceTags":
        tags = [rng.choice(sorted(resource(f)["tags"].items())) for f in rng.sample(everything, count)]
        return [{"comparison": "EQUALS", "key": k, **({"value": v} if rng.random() < 0.5 else {})} for k, v in tags]
    filters = []
    for f in rng.sample(everything, count):
        p = rng.choice(package(f)["vulnerablePackages"])
        names = rng.sample(sorted(PACKAGE), rng.choice([1, 2]))
        one = {n: {"comparison": rng.choice(["EQUALS", "PREFIX", "NOT_EQUALS"]), "value": p.get(PACKAGE[n]) or "none"} for n in names}
        if rng.random() < 0.2:
            one["epoch"] = {"lowerInclusive": 1}
        filters.append(one)
    return filters


def meets_text(conditions, values):
    positive = [c for c in conditions if c["comparison"] != "NOT_EQUALS"]
    hit = lambda c: any(v.startswith(c["value"]) if c["comparison"] == "PREFIX" else v == c["value"] for v in values)
    return (not positive or any(map(hit, positive))) and not any(v == c["value"] for c in conditions if c["comparison"] == "NOT_EQUALS" for v in values)


def within(ranges, values, low, high):
    return any((low not in r or v >= r[low]) and (high not in r or v <= r[high]) for r in ranges for v in values)


def meets_package(one, p):
    epoch = one.get("epoch")
    if epoch and not (p.get("epoch") is not None and within([epoch], [p["epoch"]], "lowerInclusive", "upperInclusive")):
        return False
    return all(meets_text([one[n]], some(p.get(PACKAGE[n]))) for n in one if n != "epoch")


def meets(f, field, conditions):
    if field in TEXTS:
        return meets_text(conditions, TEXTS[field](f))
    if field in DATES:
        return within(conditions, DATES[field](f), "startInclusive", "endInclusive")
    if field in NUMBERS:
        return within(conditions, NUMBERS[field](f), "lowerInclusive", "upperInclusive")
    if field == "portRange":
        return False
    if field == "resourceTags":
        return any(c["key"] in resource(f)["tags"] and c.get("value", resource(f)["tags"][c["key"]]) == resource(f)["tags"][c["key"]] for c in conditions)
    return any(meets_package(c, p) for c in conditions for p in package(f)["vulnerablePackages"])


RANKS = {"severity": ["UNTRIAGED", "INFORMATIONAL", "LOW", "MEDIUM", "HIGH", "CRITICAL"], "status": ["ACTIVE", "SUPPRESSED", "CLOSED"]}
first = lambda values: values[0] if values else None
SORTS = {
    "AWS_ACCOUNT_ID": lambda f: f["awsAccountId"], "FINDING_TYPE": lambda f: f["type"], "SEVERITY": lambda f: RANKS["severity"].index(f["severity"]), "FIRST_OBSERVED_AT": lambda f: f["firstObservedAt"],
    "LAST_OBSERVED_AT": lambda f: f["lastObservedAt"], "FINDING_STATUS": lambda f: RANKS["status"].index(f["status"]), "RESOURCE_TYPE": lambda f: resource(f)["type"],
    "ECR_IMAGE_PUSHED_AT": lambda f: first(DATES["ecrImagePushedAt"](f)), "ECR_IMAGE_REPOSITORY_NAME": lambda f: first(TEXTS["ecrImageRepositoryName"](f)),
    "ECR_IMAGE_REGISTRY": lambda f: first(TEXTS["ecrImageRegistry"](f)), "NETWORK_PROTOCOL": lambda f: None, "COMPONENT_TYPE": lambda f: None,
    "VULNERABILITY_ID": lambda f: package(f)["vulnerabilityId"], "VULNERABILITY_SOURCE": lambda f: package(f)["source"], "INSPECTOR_SCORE": lambda f: f.get("inspectorScore", -1.0),
    "VENDOR_SEVERITY": lambda f: package(f).get("vendorSeverity"), "EPSS_SCORE": lambda f: f.get("epss", {}).get("score"),
}

questions, failures, hits, fields_hit, fields_missed = 0, 0, 0, set(), set()


def compare(criteria, size, sort=None):
    global questions, failures, hits
    questions += 1
    expected = [f["findingArn"] for f in everything if all(meets(f, k, v) for k, v in criteria.items())]
    query = {"filterCriteria": criteria} if criteria else {}
    if sort:
        query["sortCriteria"] = {"field": sort[0], "sortOrder": sort[1]}
    found = ask(size, **query)
    arns = [f["findingArn"] for f in found]
    hits += len(arns)
    wrong = sorted(arns) != sorted(expected) if sort else arns != expected
    if sort and not wrong:
        keys = [SORTS[sort[0]](f) for f in found]
        present = [k for k in keys if k is not None]
        wrong = present != sorted(present, reverse=sort[1] == "DESC") or keys != present + [None] * (len(keys) - len(present))
    if wrong:
        failures += 1
        print("WRONG", json.dumps({"criteria": criteria, "size": size, "sort": sort}, default=str)[:1500], "expected", len(expected), "found", len(arns), "distinct", len(set(arns)))
    for field in criteria if len(criteria) == 1 else []:
        (fields_hit if expected else fields_missed).add(field)
        if len(expected) < len(everything):
            fields_missed.add(field)


compare({}, 1)
for name in SORTS:
    for order in ("ASC", "DESC"):
        compare({}, rng.choice([7, 30, 100]), (name, order))
        compare({"findingStatus": criterion("findingStatus"), "severity": criterion("severity")}, 50, (name, order))
for field in ALL:
    for _ in range(rounds):
        compare({field: criterion(field)}, rng.choice([20, 100]))
for _ in range(rounds * 20):
    compare({field: criterion(field) for field in rng.sample(ALL, rng.choice([2, 3]))}, rng.choice([10, 100]), rng.choice([None, None, (rng.choice(list(SORTS)), rng.choice(["ASC", "DESC"]))]))
print(f"{len(everything)} findings {questions} questions {hits} hits {failures} failures; fields never hit: {sorted(set(ALL) - fields_hit)}")
