"""Validates findings in Security Hub's form, a JSON object a line, as botocore validates the input of BatchImportFindings."""
import json, sys
import botocore.session
from botocore.validate import ParamValidator

shape = botocore.session.get_session().get_service_model("securityhub").operation_model("BatchImportFindings").input_shape
findings = [json.loads(line) for line in sys.stdin if line.strip()]
report = ParamValidator().validate({"Findings": findings}, shape)
print(report.generate_report() if report.has_errors() else f"{len(findings)} valid")
