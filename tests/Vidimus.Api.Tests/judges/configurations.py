"""CIS, code security and connector configurations, their tags, conflicts and pages; keys, usage, trial."""
import sys
from conform import call, client, refused

of = client(sys.argv[1])
ACCOUNT = sys.argv[2]


def walk(operation, key, **arguments):
    """All pages of one item each."""
    items, token = [], {}
    while True:
        page = call(of, operation, maxResults=1, **arguments, **token)
        items += page[key]
        if "nextToken" not in page:
            return items
        token = {"nextToken": page["nextToken"]}


def tags(arn):
    """By each of the three operations, as the CLI's users do."""
    assert call(of, "ListTagsForResource", resourceArn=arn)["tags"] == {"a": "b"}
    call(of, "TagResource", resourceArn=arn, tags={"c": "d"})
    assert call(of, "ListTagsForResource", resourceArn=arn)["tags"] == {"a": "b", "c": "d"}
    call(of, "UntagResource", resourceArn=arn, tagKeys=["a", "c"])
    assert call(of, "ListTagsForResource", resourceArn=arn)["tags"] == {}
    call(of, "TagResource", resourceArn=arn, tags={"a": "b"})
    refused(call(of, "TagResource", resourceArn=arn, tags={f"k{i}": "v" for i in range(50)}), "BadRequestException")


# CIS.
targets = {"accountIds": ["SELF"], "targetResourceTags": {"env": ["x"]}}
create = dict(securityLevel="LEVEL_1", schedule={"weekly": {"startTime": {"timeOfDay": "23:59", "timezone": "UTC"}, "days": ["MON", "SUN"]}}, targets=targets, tags={"a": "b"})
arns = {name: call(of, "CreateCisScanConfiguration", scanName=name, **create)["scanConfigurationArn"] for name in ("b", "a", "c")}
tags(arns["a"])
assert [c["scanName"] for c in walk("ListCisScanConfigurations", "scanConfigurations", sortBy="SCAN_NAME")] == ["a", "b", "c"]
assert [c["scanName"] for c in walk("ListCisScanConfigurations", "scanConfigurations", sortBy="SCAN_NAME", sortOrder="DESC")] == ["c", "b", "a"]
for criteria, names in [({"scanNameFilters": [{"comparison": "EQUALS", "value": "a"}, {"comparison": "PREFIX", "value": "b"}]}, "ab"), ({"scanNameFilters": [{"comparison": "NOT_EQUALS", "value": "a"}]}, "bc"),
                        ({"targetResourceTagFilters": [{"comparison": "EQUALS", "key": "env", "value": "x"}]}, "abc"), ({"targetResourceTagFilters": [{"comparison": "EQUALS", "key": "env", "value": "y"}]}, ""),
                        ({"scanConfigurationArnFilters": [{"comparison": "EQUALS", "value": arns["c"]}]}, "c")]:
    assert "".join(c["scanName"] for c in call(of, "ListCisScanConfigurations", filterCriteria=criteria, sortBy="SCAN_NAME")["scanConfigurations"]) == names, criteria
call(of, "UpdateCisScanConfiguration", scanConfigurationArn=arns["a"], scanName="z")
found = call(of, "ListCisScanConfigurations", filterCriteria={"scanNameFilters": [{"comparison": "EQUALS", "value": "z"}]})["scanConfigurations"][0]
assert found == {"scanConfigurationArn": arns["a"], "ownerId": ACCOUNT, "scanName": "z", "securityLevel": "LEVEL_1", "schedule": create["schedule"], "targets": targets, "tags": {"a": "b"}}, found
refused(call(of, "CreateCisScanConfiguration", scanName="x", **{**create, "schedule": {"daily": {"startTime": {"timeOfDay": "10:00", "timezone": "Mars/Olympus"}}}}), "ValidationException")
refused(call(of, "CreateCisScanConfiguration", scanName="x", **{**create, "targets": {**targets, "accountIds": ["123456789012"]}}), "ValidationException")
call(of, "DeleteCisScanConfiguration", scanConfigurationArn=arns["a"])
refused(call(of, "DeleteCisScanConfiguration", scanConfigurationArn=arns["a"]), "ResourceNotFoundException")
refused(call(of, "ListTagsForResource", resourceArn=arns["a"]), "ResourceNotFoundException")
assert call(of, "ListCisScans")["scans"] == []

# Code security.
configuration = {"ruleSetCategories": ["SAST", "IAC"], "periodicScanConfiguration": {"frequency": "WEEKLY", "frequencyExpression": "cron(0 12 ? * MON *)"}, "continuousIntegrationScanConfiguration": {"supportedEvents": ["PUSH"]}}
first = call(of, "CreateCodeSecurityScanConfiguration", name="one", level="ACCOUNT", configuration=configuration, tags={"a": "b"})["scanConfigurationArn"]
tags(first)
second = call(of, "CreateCodeSecurityScanConfiguration", name="two", level="ACCOUNT", configuration={"ruleSetCategories": ["SCA"]}, scopeSettings={"projectSelectionScope": "ALL"})["scanConfigurationArn"]
refused(call(of, "CreateCodeSecurityScanConfiguration", name="one", level="ACCOUNT", configuration=configuration), "ConflictException")
refused(call(of, "CreateCodeSecurityScanConfiguration", name="three", level="ACCOUNT", configuration=configuration, scopeSettings={"projectSelectionScope": "ALL"}), "ConflictException")
refused(call(of, "UpdateCodeSecurityScanConfiguration", scanConfigurationArn=first, configuration={"ruleSetCategories": ["SCA"], "periodicScanConfiguration": {"frequency": "WEEKLY", "frequencyExpression": "soon"}}), "ValidationException")
call(of, "UpdateCodeSecurityScanConfiguration", scanConfigurationArn=first, configuration={"ruleSetCategories": ["SCA"]})
found = call(of, "GetCodeSecurityScanConfiguration", scanConfigurationArn=first)
assert (found["name"], found["level"], found["configuration"], found["tags"]) == ("one", "ACCOUNT", {"ruleSetCategories": ["SCA"]}, {"a": "b"}), found
assert sorted(c["name"] for c in walk("ListCodeSecurityScanConfigurations", "configurations")) == ["one", "two"]
project = {"projectId": "project-00000000-0000-0000-0000-000000000000"}
for operation, key in [("BatchAssociateCodeSecurityScanConfiguration", "associateConfigurationRequests"), ("BatchDisassociateCodeSecurityScanConfiguration", "disassociateConfigurationRequests")]:
    answer = call(of, operation, **{key: [{"scanConfigurationArn": first, "resource": project}, {"scanConfigurationArn": first[:-1] + "0", "resource": project}]})
    assert [f["statusCode"] for f in answer["failedAssociations"]] == ["RESOURCE_NOT_FOUND", "SCAN_CONFIGURATION_NOT_FOUND"] or first.endswith("0"), answer
assert call(of, "ListCodeSecurityScanConfigurationAssociations", scanConfigurationArn=first)["associations"] == []
call(of, "DeleteCodeSecurityScanConfiguration", scanConfigurationArn=second)
refused(call(of, "GetCodeSecurityScanConfiguration", scanConfigurationArn=second), "ResourceNotFoundException")

hub = call(of, "CreateCodeSecurityIntegration", name="hub", type="GITHUB", tags={"a": "b"})
assert hub["status"] == "INACTIVE" and "authorizationUrl" not in hub
tags(hub["integrationArn"])
lab = call(of, "CreateCodeSecurityIntegration", name="lab", type="GITLAB_SELF_MANAGED", details={"gitlabSelfManaged": {"instanceUrl": "https://gitlab.example", "accessToken": "glpat-secret"}})
refused(call(of, "CreateCodeSecurityIntegration", name="lab2", type="GITLAB_SELF_MANAGED"), "ValidationException")
refused(call(of, "CreateCodeSecurityIntegration", name="hub", type="GITHUB"), "ConflictException")
call(of, "UpdateCodeSecurityIntegration", integrationArn=hub["integrationArn"], details={"github": {"code": "x", "installationId": "1"}})
refused(call(of, "UpdateCodeSecurityIntegration", integrationArn=lab["integrationArn"], details={"github": {"code": "x", "installationId": "1"}}), "ValidationException")
found = call(of, "GetCodeSecurityIntegration", integrationArn=hub["integrationArn"])
assert (found["name"], found["status"], found["statusReason"], found["tags"]) == ("hub", "INACTIVE", "this server has no engine for code security", {"a": "b"})
assert len(walk("ListCodeSecurityIntegrations", "integrations")) == 2
call(of, "DeleteCodeSecurityIntegration", integrationArn=lab["integrationArn"])
refused(call(of, "GetCodeSecurityIntegration", integrationArn=lab["integrationArn"]), "ResourceNotFoundException")

# Connectors.
config = f"arn:aws:config:eu-west-1:{ACCOUNT}:connector/azure/name/id"
azure = {"azure": {"awsConfigConnectorArn": config, "azureRegions": ["westeurope"], "scopeConfiguration": {"vmScanning": {"scopeType": "TENANT"}}}}
arn = call(of, "CreateConnector", name="azure", provider="AZURE", providerDetail=azure, clientToken="t", tags={"a": "b"})["connectorArn"]
assert call(of, "CreateConnector", name="azure", provider="AZURE", providerDetail=azure, clientToken="t")["connectorArn"] == arn
refused(call(of, "CreateConnector", name="azure", provider="AZURE", providerDetail=azure, clientToken="u"), "ConflictException")
tags(arn)
call(of, "UpdateConnector", connectorArn=arn, description="new")
(found,) = call(of, "ListConnectors", filterCriteria={"connectorArns": [{"comparison": "EQUALS", "value": arn}], "provider": [{"comparison": "EQUALS", "value": "AZURE"}]})["items"]
assert (found["description"], found["enablementStatus"], found["health"]["connectorStatus"], found["tags"]) == ("new", "FAILED_TO_ENABLE", "UNKNOWN", {"a": "b"}), found
assert call(of, "ListConnectors", filterCriteria={"accounts": [{"comparison": "NOT_EQUALS", "value": ACCOUNT}]})["items"] == []
scan = {"containerImageScanning": {"pushDuration": "DAYS_30", "pullDuration": "DAYS_14"}}
call(of, "UpdateConnectorScanConfiguration", awsConfigConnectorArn=config, scanConfiguration=scan)
assert call(of, "ListConnectorScanConfigurations")["scanConfigurations"] == [{"awsConfigConnectorArn": config, "connectorArns": [arn], "scanConfiguration": scan}]
refused(call(of, "UpdateConnectorScanConfiguration", awsConfigConnectorArn=config + "2", scanConfiguration=scan), "ResourceNotFoundException")
call(of, "DeleteConnector", connectorArn=arn)
assert call(of, "ListConnectors")["items"] == []

# Keys.
key = dict(scanType="CODE", resourceType="AWS_LAMBDA_FUNCTION")
refused(call(of, "GetEncryptionKey", **key), "ResourceNotFoundException")
refused(call(of, "ResetEncryptionKey", **key), "ResourceNotFoundException")
name = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000"
call(of, "UpdateEncryptionKey", kmsKeyId=name, **key)
assert call(of, "GetEncryptionKey", **key)["kmsKeyId"] == name
call(of, "ResetEncryptionKey", **key)
refused(call(of, "GetEncryptionKey", scanType="PACKAGE", resourceType="AWS_LAMBDA_FUNCTION"), "ValidationException")

# Usage and trial.
answer = call(of, "BatchGetFreeTrialInfo", accountIds=[ACCOUNT, "123456789012"])
assert answer["accounts"][0]["freeTrialInfo"][0]["type"] == "ECR" and answer["accounts"][0]["freeTrialInfo"][0]["status"] == "INACTIVE" and answer["failedAccounts"][0]["code"] == "ACCESS_DENIED", answer
trial = answer["accounts"][0]["freeTrialInfo"][0]
assert (trial["end"] - trial["start"]).days == 15
assert call(of, "ListUsageTotals")["totals"][0]["accountId"] == ACCOUNT
print("ok")
