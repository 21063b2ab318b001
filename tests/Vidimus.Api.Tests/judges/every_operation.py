"""Every operation of the models, once by each client. `plan` prints the calls in an order that works, `boto` and `cli` make them."""
import contextlib
import io
import json
import os
import re
import sys
from conform import SESSION, call, client

endpoint, mode, account, member = sys.argv[1:]
of = client(endpoint, account)
ZERO = "00000000-0000-0000-0000-000000000000"
OK, NO = "", "ValidationException"


def plan(name):
    """(operation, arguments, error). What the calls need is made before by botocore."""
    # A run before this one may have left it.
    call(of, "DisableDelegatedAdminAccount", delegatedAdminAccountId=account)
    call(of, "EnableDelegatedAdminAccount", delegatedAdminAccountId=account)
    call(of, "AssociateMember", accountId=member)
    cis = dict(scanName=name, securityLevel="LEVEL_1", schedule={"oneTime": {}}, targets={"accountIds": ["SELF"], "targetResourceTags": {"env": ["x"]}})
    code = dict(level="ACCOUNT", configuration={"ruleSetCategories": ["SAST"]})
    config = f"arn:aws:config:eu-west-1:{account}:connector/azure/{name}/id"
    azure = lambda arn: {"azure": {"awsConfigConnectorArn": arn, "azureRegions": ["westeurope"], "scopeConfiguration": {"vmScanning": {"scopeType": "TENANT"}}}}
    cis_arn = call(of, "CreateCisScanConfiguration", **cis)["scanConfigurationArn"]
    code_arn = call(of, "CreateCodeSecurityScanConfiguration", name=name, **code)["scanConfigurationArn"]
    hub = call(of, "CreateCodeSecurityIntegration", name=name, type="GITHUB")["integrationArn"]
    connector = call(of, "CreateConnector", name=name, provider="AZURE", providerDetail=azure(config))["connectorArn"]
    destination = {"bucketName": "bucket", "keyPrefix": "p", "kmsKeyArn": f"arn:aws:kms:eu-west-1:{account}:key/{ZERO}"}
    report = call(of, "CreateFindingsReport", reportFormat="CSV", s3Destination=destination)["reportId"]
    export = call(of, "CreateSbomExport", reportFormat="SPDX_2_3", s3Destination=destination)["reportId"]
    criteria = {"title": [{"comparison": "PREFIX", "value": "CVE"}]}
    made = call(of, "CreateFilter", action="SUPPRESS", name=name, filterCriteria=criteria)
    suppression = made["arn"] if isinstance(made, dict) else f"arn:aws:inspector2:eu-west-1:{account}:owner/{account}/filter/0000000000000000"
    finding = f"arn:aws:inspector2:eu-west-1:{account}:finding/{'0' * 32}"
    scan = f"arn:aws:inspector2:eu-west-1:{account}:owner/{account}/cis-scan/{ZERO}"
    project = {"projectId": f"project-{ZERO}"}
    key = dict(scanType="CODE", resourceType="AWS_LAMBDA_FUNCTION")
    session = dict(scanJobId=ZERO, sessionToken=ZERO)
    checks = {f"{c}Checks": 0 for c in ("total", "successful", "failed", "notEvaluated", "unknown", "notApplicable", "informational", "error")}
    return [
        ("Enable", dict(resourceTypes=["EC2", "ECR"]), OK),
        ("BatchGetAccountStatus", {}, OK),
        ("ListAccountPermissions", {}, OK),
        ("GetClustersForImage", dict(filter={"resourceId": f"arn:aws:ecr:eu-west-1:{account}:repository/a/sha256:{'0' * 64}"}), NO),
        ("EnableDelegatedAdminAccount", dict(delegatedAdminAccountId=account), "ConflictException"),
        ("GetDelegatedAdminAccount", {}, OK),
        ("ListDelegatedAdminAccounts", {}, OK),
        ("AssociateMember", dict(accountId=member), OK),
        ("GetMember", dict(accountId=member), OK),
        ("ListMembers", {}, OK),
        ("UpdateOrganizationConfiguration", dict(autoEnable={"ec2": True, "ecr": True}), OK),
        ("DescribeOrganizationConfiguration", {}, OK),
        ("ListFindings", {}, OK),
        ("ListFindingAggregations", dict(aggregationType="TITLE"), OK),
        ("BatchGetFindingDetails", dict(findingArns=[finding]), OK),
        ("BatchGetCodeSnippet", dict(findingArns=[finding]), OK),
        ("SearchVulnerabilities", dict(filterCriteria={"vulnerabilityIds": ["CVE-2021-44228"]}), OK),
        ("CreateFilter", dict(action="NONE", name=name + "2", filterCriteria=criteria), OK),
        ("UpdateFilter", dict(filterArn=suppression, action="NONE"), OK),
        ("ListFilters", {}, OK),
        ("DeleteFilter", dict(arn=suppression), OK),
        ("ListCoverage", {}, OK),
        ("ListCoverageStatistics", {}, OK),
        ("UpdateConfiguration", dict(ec2Configuration={"scanMode": "EC2_HYBRID"}, ecrConfiguration={"rescanDuration": "LIFETIME"}), OK),
        ("GetConfiguration", {}, OK),
        ("UpdateEncryptionKey", dict(kmsKeyId=destination["kmsKeyArn"], **key), OK),
        ("GetEncryptionKey", key, OK),
        ("ResetEncryptionKey", key, OK),
        ("UpdateEc2DeepInspectionConfiguration", dict(packagePaths=["/opt/a"]), OK),
        ("UpdateOrgEc2DeepInspectionConfiguration", dict(orgPackagePaths=["/opt/b"]), OK),
        ("GetEc2DeepInspectionConfiguration", {}, OK),
        ("BatchUpdateMemberEc2DeepInspectionStatus", dict(accountIds=[{"accountId": member, "activateDeepInspection": True}]), OK),
        ("BatchGetMemberEc2DeepInspectionStatus", {}, OK),
        ("TagResource", dict(resourceArn=hub, tags={"a": "b"}), OK),
        ("ListTagsForResource", dict(resourceArn=hub), OK),
        ("UntagResource", dict(resourceArn=hub, tagKeys=["a"]), OK),
        ("ListUsageTotals", {}, OK),
        ("BatchGetFreeTrialInfo", dict(accountIds=[account]), OK),
        ("CreateFindingsReport", dict(reportFormat="JSON", s3Destination=destination), NO),
        ("GetFindingsReportStatus", {}, OK),
        ("CancelFindingsReport", dict(reportId=report), OK),
        ("CreateSbomExport", dict(reportFormat="CYCLONEDX_1_4", s3Destination=destination), NO),
        ("GetSbomExport", dict(reportId=export), OK),
        ("CancelSbomExport", dict(reportId=export), OK),
        ("CreateCisScanConfiguration", {**cis, "scanName": name + "2"}, OK),
        ("UpdateCisScanConfiguration", dict(scanConfigurationArn=cis_arn, securityLevel="LEVEL_2"), OK),
        ("ListCisScanConfigurations", {}, OK),
        ("DeleteCisScanConfiguration", dict(scanConfigurationArn=cis_arn), OK),
        ("ListCisScans", {}, OK),
        ("ListCisScanResultsAggregatedByChecks", dict(scanArn=scan), NO),
        ("ListCisScanResultsAggregatedByTargetResource", dict(scanArn=scan), NO),
        ("GetCisScanResultDetails", dict(scanArn=scan, targetResourceId="i-00000000", accountId=account), NO),
        ("GetCisScanReport", dict(scanArn=scan), NO),
        ("StartCisSession", dict(scanJobId=ZERO, message={"sessionToken": ZERO}), NO),
        ("SendCisSessionTelemetry", dict(messages=[{"ruleId": "1.1.1", "status": "PASSED", "cisRuleDetails": "YQ==" if mode != "boto" else b"a"}], **session), NO),
        ("SendCisSessionHealth", session, NO),
        ("StopCisSession", dict(message={"status": "SUCCESS", "progress": checks}, **session), NO),
        ("CreateCodeSecurityIntegration", dict(name=name + "2", type="GITHUB"), OK),
        ("UpdateCodeSecurityIntegration", dict(integrationArn=hub, details={"github": {"code": "c", "installationId": "1"}}), OK),
        ("GetCodeSecurityIntegration", dict(integrationArn=hub), OK),
        ("ListCodeSecurityIntegrations", {}, OK),
        ("DeleteCodeSecurityIntegration", dict(integrationArn=hub), OK),
        ("CreateCodeSecurityScanConfiguration", dict(name=name + "2", **code), OK),
        ("UpdateCodeSecurityScanConfiguration", dict(scanConfigurationArn=code_arn, configuration=code["configuration"]), OK),
        ("GetCodeSecurityScanConfiguration", dict(scanConfigurationArn=code_arn), OK),
        ("ListCodeSecurityScanConfigurations", {}, OK),
        ("BatchAssociateCodeSecurityScanConfiguration", dict(associateConfigurationRequests=[{"scanConfigurationArn": code_arn, "resource": project}]), OK),
        ("BatchDisassociateCodeSecurityScanConfiguration", dict(disassociateConfigurationRequests=[{"scanConfigurationArn": code_arn, "resource": project}]), OK),
        ("ListCodeSecurityScanConfigurationAssociations", dict(scanConfigurationArn=code_arn), OK),
        ("DeleteCodeSecurityScanConfiguration", dict(scanConfigurationArn=code_arn), OK),
        ("StartCodeSecurityScan", dict(resource=project), NO),
        ("GetCodeSecurityScan", dict(resource=project, scanId=ZERO), NO),
        ("CreateConnector", dict(name=name + "2", provider="AZURE", providerDetail=azure(config + "2")), OK),
        ("UpdateConnector", dict(connectorArn=connector, description="d"), OK),
        ("ListConnectors", {}, OK),
        ("UpdateConnectorScanConfiguration", dict(awsConfigConnectorArn=config, scanConfiguration={"containerImageScanning": {"pushDuration": "DAYS_30", "pullDuration": "DAYS_14"}}), OK),
        ("ListConnectorScanConfigurations", {}, OK),
        ("DeleteConnector", dict(connectorArn=connector), OK),
        ("DisassociateMember", dict(accountId=member), OK),
        ("Disable", dict(resourceTypes=["EC2"]), OK),
        ("DisableDelegatedAdminAccount", dict(delegatedAdminAccountId=account), OK),
    ]


def in_cli(operation, arguments):
    """The error's code, or nothing, by the aws CLI within this process."""
    from awscli.clidriver import create_clidriver
    from botocore import xform_name
    os.environ["AWS_ACCESS_KEY_ID"] = "AKIATESTOF" + account
    out, error = io.StringIO(), io.StringIO()
    command = ["--endpoint-url", endpoint, "--output", "json", "--no-paginate", "inspector2", xform_name(operation, "-"), "--cli-input-json", json.dumps(arguments)]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        status = create_clidriver().main(command)
    said = re.search(r"\((\w+)\)", error.getvalue())
    assert (status == 0) != bool(said), (operation, status, error.getvalue())
    return said.group(1) if said else OK


calls = plan(mode)
known = set(SESSION.get_service_model("inspector2").operation_names)
assert {o for o, _, _ in calls} == known and len(calls) == len(known), known ^ {o for o, _, _ in calls}
if mode == "plan":
    print(json.dumps(calls))
    sys.exit()

missing = []
for operation, arguments, error in calls:
    answer = in_cli(operation, arguments) if mode == "cli" else call(of, operation, **arguments)
    code = answer.split(":")[0] if isinstance(answer, str) else OK
    if code == "NotImplementedException":
        missing.append(operation)
    else:
        assert code == error, (operation, answer)
print(" ".join(sorted(missing)))
