"""The life of an organization as Terraform, the administrator and a member drive it."""
import sys
from conform import call, client, refused

endpoint, alone, management, admin, member, foreign = sys.argv[1:]
own, boss, adm, mem, stranger = (client(endpoint, a) for a in (alone, management, admin, member, foreign))
TYPES = ["EC2", "ECR", "LAMBDA", "LAMBDA_CODE", "CODE_REPOSITORY"]


def status(of, account=None):
    answer = call(of, "BatchGetAccountStatus", **({"accountIds": [account]} if account else {}))
    return answer["accounts"][0]


# enabler.go: enable what is asked for, poll, disable the rest, at last disable all.
answer = call(own, "Enable", resourceTypes=["EC2", "LAMBDA"], clientToken="a")
assert answer["accounts"][0]["status"] == "ENABLED" and not answer["failedAccounts"]
state = status(own)
pending = {"ENABLING", "DISABLING", "SUSPENDING"}
assert not pending & ({state["state"]["status"]} | {s["status"] for s in state["resourceState"].values()}), state
assert {t: s["status"] for t, s in state["resourceState"].items()} == {"ec2": "ENABLED", "ecr": "ENABLED", "lambda": "ENABLED", "lambdaCode": "DISABLED", "codeRepository": "DISABLED"}
call(own, "Disable", resourceTypes=["ECR", "LAMBDA_CODE", "CODE_REPOSITORY"])
assert status(own)["resourceState"]["ecr"]["status"] == "DISABLED"
answer = call(own, "Disable", resourceTypes=TYPES)
assert answer["accounts"][0]["status"] == "DISABLED"
assert status(own)["state"]["status"] == "DISABLED"
call(own, "Enable", resourceTypes=TYPES)

# Who stands alone has no organization.
for operation, arguments in [("DescribeOrganizationConfiguration", {}), ("GetMember", {"accountId": member}), ("AssociateMember", {"accountId": member}), ("ListDelegatedAdminAccounts", {}),
                             ("EnableDelegatedAdminAccount", {"delegatedAdminAccountId": alone})]:
    refused(call(own, operation, **arguments), "AccessDeniedException")
refused(call(own, "GetDelegatedAdminAccount"), "ResourceNotFoundException")
assert call(own, "ListMembers")["members"] == []

# delegated_admin_account.go
refused(call(mem, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin), "AccessDeniedException")
refused(call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=foreign), "ValidationException")
assert call(boss, "ListDelegatedAdminAccounts")["delegatedAdminAccounts"] == []
call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin)
assert "already enabled" in refused(call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin), "ConflictException")
assert "already enabled" not in refused(call(boss, "EnableDelegatedAdminAccount", delegatedAdminAccountId=member), "ConflictException")
assert "is the delegated admin" in refused(call(adm, "EnableDelegatedAdminAccount", delegatedAdminAccountId=admin), "ValidationException")
assert call(boss, "ListDelegatedAdminAccounts")["delegatedAdminAccounts"] == [{"accountId": admin, "status": "ENABLED"}]
assert call(mem, "GetDelegatedAdminAccount")["delegatedAdmin"] == {"accountId": admin, "relationshipStatus": "ENABLED"}

# organization_configuration.go: equal, twice in a row.
wanted = {"ec2": True, "ecr": False, "lambda": True, "lambdaCode": False, "codeRepository": False}
refused(call(mem, "UpdateOrganizationConfiguration", autoEnable=wanted), "AccessDeniedException")
assert call(adm, "UpdateOrganizationConfiguration", autoEnable={"ec2": True, "ecr": False, "lambda": True})["autoEnable"] == wanted
for _ in range(2):
    assert call(adm, "DescribeOrganizationConfiguration") == {"autoEnable": wanted, "maxAccountLimitReached": False}

# Members.
refused(call(adm, "GetMember", accountId=member), "ResourceNotFoundException")
refused(call(adm, "AssociateMember", accountId=foreign), "ValidationException")
assert call(adm, "Enable", accountIds=[member], resourceTypes=["EC2"])["failedAccounts"][0]["errorCode"] == "ACCESS_DENIED"
call(adm, "AssociateMember", accountId=member)
assert call(adm, "GetMember", accountId=member)["member"]["relationshipStatus"] == "ENABLED"
assert [m["accountId"] for m in call(adm, "ListMembers")["members"]] == [member]
everybody = []
token = {}
while True:
    page = call(adm, "ListMembers", onlyAssociated=False, maxResults=1, **token)
    everybody += [(m["accountId"], m["relationshipStatus"]) for m in page["members"]]
    if "nextToken" not in page:
        break
    token = {"nextToken": page["nextToken"]}
assert sorted(everybody) == sorted([(management, "CREATED"), (member, "ENABLED")]), everybody
refused(call(mem, "ListMembers"), "AccessDeniedException")
state = status(adm, member)
assert (state["resourceState"]["ec2"]["status"], state["resourceState"]["ecr"]["status"]) == ("ENABLED", "DISABLED"), "auto-enabled"
assert call(adm, "Enable", accountIds=[member], resourceTypes=["ECR"])["accounts"][0]["resourceStatus"]["ecr"] == "ENABLED"
assert call(mem, "Disable", resourceTypes=["EC2"])["failedAccounts"][0]["errorCode"] == "ACCESS_DENIED"
assert {p["operation"] for p in call(mem, "ListAccountPermissions", service="EC2")["permissions"]} == {"ENABLE_SCANNING"}
assert call(adm, "Disable", accountIds=[member], resourceTypes=["EC2"])["accounts"][0]["resourceStatus"]["ec2"] == "DISABLED"
call(adm, "Enable", resourceTypes=["EC2"])
assert call(adm, "Disable", resourceTypes=TYPES)["failedAccounts"][0]["errorCode"] == "DISASSOCIATE_ALL_MEMBERS"

# Configuration: the administrator's is the members'.
refused(call(mem, "UpdateConfiguration", ecrConfiguration={"rescanDuration": "DAYS_30"}), "AccessDeniedException")
assert call(mem, "GetConfiguration")["ecrConfiguration"]["rescanDurationState"]["rescanDuration"] == "DAYS_14"
call(adm, "UpdateConfiguration", ecrConfiguration={"rescanDuration": "DAYS_30"}, ec2Configuration={"scanMode": "EC2_SSM_AGENT_BASED"})
seen = call(mem, "GetConfiguration")
assert seen["ecrConfiguration"]["rescanDurationState"]["rescanDuration"] == "DAYS_30" and seen["ec2Configuration"]["scanModeState"] == {"scanMode": "EC2_SSM_AGENT_BASED", "scanModeStatus": "SUCCESS"}
call(adm, "UpdateConfiguration", accountId=member, ecrConfiguration={"rescanDuration": "DAYS_60"})
assert call(adm, "GetConfiguration", accountId=member)["ecrConfiguration"]["rescanDurationState"]["rescanDuration"] == "DAYS_60"
assert call(adm, "GetConfiguration")["ecrConfiguration"]["rescanDurationState"]["rescanDuration"] == "DAYS_30"
call(adm, "UpdateConfiguration", accountId=member, updateConfigurationInheritance={"ecrConfiguration": "INHERIT_FROM_ADMIN"})
assert call(mem, "GetConfiguration")["ecrConfiguration"]["rescanDurationState"]["rescanDuration"] == "DAYS_30"
refused(call(adm, "GetConfiguration", accountId=foreign), "AccessDeniedException")
refused(call(adm, "UpdateConfiguration", accountId=foreign, ecrConfiguration={"rescanDuration": "DAYS_60"}), "AccessDeniedException")
assert "no engine" in refused(call(adm, "UpdateConfiguration", ec2Configuration={"scanMode": "EC2_HYBRID", "activateVMScanner": True}), "ValidationException")

# Deep inspection.
call(adm, "UpdateOrgEc2DeepInspectionConfiguration", orgPackagePaths=["/opt/org"])
assert call(mem, "UpdateEc2DeepInspectionConfiguration", packagePaths=["/opt/app"])["orgPackagePaths"] == ["/opt/org"]
refused(call(mem, "UpdateEc2DeepInspectionConfiguration", activateDeepInspection=False), "AccessDeniedException")
refused(call(mem, "UpdateOrgEc2DeepInspectionConfiguration", orgPackagePaths=["/x"]), "AccessDeniedException")
answer = call(adm, "BatchUpdateMemberEc2DeepInspectionStatus", accountIds=[{"accountId": member, "activateDeepInspection": False}, {"accountId": foreign, "activateDeepInspection": False}])
assert answer["accountIds"][0]["status"] == "DEACTIVATED" and answer["failedAccountIds"][0]["accountId"] == foreign
assert call(mem, "GetEc2DeepInspectionConfiguration") == {"packagePaths": ["/opt/app"], "orgPackagePaths": ["/opt/org"], "status": "DEACTIVATED"}
assert call(adm, "BatchGetMemberEc2DeepInspectionStatus")["accountIds"] == [{"accountId": member, "status": "DEACTIVATED"}]
assert call(own, "GetEc2DeepInspectionConfiguration")["orgPackagePaths"] == []

# CIS configurations of the organization.
schedule, targets = {"daily": {"startTime": {"timeOfDay": "03:30", "timezone": "Europe/Berlin"}}}, {"accountIds": ["ALL_ACCOUNTS"], "targetResourceTags": {"env": ["x"]}}
arn = call(adm, "CreateCisScanConfiguration", scanName="all", securityLevel="LEVEL_1", schedule=schedule, targets=targets)["scanConfigurationArn"]
assert ":owner/o-" in arn
refused(call(adm, "CreateCisScanConfiguration", scanName="all", securityLevel="LEVEL_1", schedule=schedule, targets=targets, tags={"a": "b"}), "ValidationException")
refused(call(mem, "CreateCisScanConfiguration", scanName="all", securityLevel="LEVEL_1", schedule=schedule, targets=targets), "ValidationException")
mine = call(mem, "CreateCisScanConfiguration", scanName="mine", securityLevel="LEVEL_2", schedule={"oneTime": {}}, targets={"accountIds": ["SELF"], "targetResourceTags": {"env": ["x"]}}, tags={"a": "b"})["scanConfigurationArn"]
assert f":owner/{member}/" in mine
assert {c["scanConfigurationArn"] for c in call(adm, "ListCisScanConfigurations")["scanConfigurations"]} == {arn, mine}
assert [c["scanConfigurationArn"] for c in call(mem, "ListCisScanConfigurations")["scanConfigurations"]] == [mine]
refused(call(adm, "UpdateCisScanConfiguration", scanConfigurationArn=mine, scanName="x"), "AccessDeniedException")
refused(call(stranger, "UpdateCisScanConfiguration", scanConfigurationArn=mine, scanName="x"), "ResourceNotFoundException")
for kind in ("ORGANIZATION", "ACCOUNT"):
    call(adm, "CreateCodeSecurityScanConfiguration", name=kind, level=kind, configuration={"ruleSetCategories": ["SAST"]})
refused(call(mem, "CreateCodeSecurityScanConfiguration", name="o", level="ORGANIZATION", configuration={"ruleSetCategories": ["SAST"]}), "AccessDeniedException")

# The end of it.
call(adm, "DisassociateMember", accountId=member)
assert call(adm, "GetMember", accountId=member)["member"]["relationshipStatus"] == "REMOVED"
refused(call(adm, "DisassociateMember", accountId=member), "ValidationException")
assert call(mem, "Disable", resourceTypes=TYPES)["accounts"][0]["status"] == "DISABLED"
refused(call(adm, "DisableDelegatedAdminAccount", delegatedAdminAccountId=admin), "AccessDeniedException")
call(boss, "DisableDelegatedAdminAccount", delegatedAdminAccountId=admin)
refused(call(boss, "DisableDelegatedAdminAccount", delegatedAdminAccountId=admin), "ResourceNotFoundException")
refused(call(adm, "ListMembers"), "AccessDeniedException")
print("ok")
