"""Every operation called by a stranger with another account's ids: nothing of the other account is in any answer, and nothing of it changes."""
import json
import sys
from conform import call, client

endpoint, account, stranger, plan = sys.argv[1:]
own, foreign = client(endpoint, account), client(endpoint, stranger)


def state():
    """What the owner sees."""
    seen = [call(own, o) for o in ("BatchGetAccountStatus", "ListMembers", "DescribeOrganizationConfiguration", "GetConfiguration", "GetEc2DeepInspectionConfiguration", "ListCisScanConfigurations",
                                   "ListCodeSecurityIntegrations", "ListCodeSecurityScanConfigurations", "ListConnectors", "ListConnectorScanConfigurations", "GetFindingsReportStatus",
                                   "ListDelegatedAdminAccounts", "ListFilters", "ListFindings", "ListCoverage")]
    return json.dumps(seen, default=str, sort_keys=True)


before = state()
with open(plan) as file:
    calls = json.load(file)
ids = {a.get(k) for _, a, _ in calls for k in ("reportId", "integrationArn", "scanConfigurationArn", "connectorArn", "filterArn", "arn") if a.get(k)}
kept = ""
for operation, arguments, _ in calls:
    if operation == "SendCisSessionTelemetry":
        arguments["messages"][0]["cisRuleDetails"] = b"a"
    given = json.dumps(arguments, default=str)
    said = call(foreign, operation, **arguments)
    answer = json.dumps(said, default=str)
    if isinstance(said, dict) and operation.startswith(("Create", "Update")):
        kept += given  # now the stranger's own, and told again
    # What was asked with may be said back (a failed account, an id that isn't there); anything else of the owner's may not.
    if "accountIds" not in arguments and account in answer and account not in given + kept:
        raise AssertionError((operation, answer))
    assert not [i for i in ids if i in answer and i not in given + kept], (operation, answer)
    if operation == "BatchGetFreeTrialInfo":
        assert not call(foreign, operation, **arguments)["accounts"]
assert call(foreign, "BatchGetAccountStatus", accountIds=[account])["accounts"] == []
assert call(foreign, "Disable", accountIds=[account], resourceTypes=["EC2"])["accounts"] == []
assert call(foreign, "Enable", accountIds=[account], resourceTypes=["LAMBDA"])["accounts"] == []
after = state()
assert before == after, (before, after)
print("ok")
