"""Sends an SBOM to ScanSbom by boto3 and prints the answer."""
import json
import sys

import boto3

endpoint, path, form = sys.argv[1:4]
client = boto3.client("inspector-scan", endpoint_url=endpoint)
with open(path) as file:
    sbom = json.load(file)
answer = client.scan_sbom(sbom=sbom.get("sbom", sbom), **({"outputFormat": form} if form else {}))
print(json.dumps(answer["sbom"]))
