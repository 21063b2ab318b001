"""Calls every operation of the three services by boto3 with random valid input, and compares what the server read with what was sent and what boto3 parsed with what the server was told."""
import json
import random
import sys
import urllib.request

import botocore.config
import botocore.session

import models

endpoint, seed, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rnd = random.Random(seed)
session = botocore.session.get_session()
calls = failures = 0


def fetch(path, body=None):
    with urllib.request.urlopen(urllib.request.Request(endpoint + path, data=body, method="GET" if body is None else "POST")) as answer:
        return answer.read()


for service in ("inspector2", "inspector-scan", "inspector"):
    config = botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=True)
    client = session.create_client(service, endpoint_url=endpoint, config=config)
    model = client.meta.service_model
    for name in model.operation_names:
        operation = model.operation_model(name)
        for number in range(rounds):
            fill = (0.0, 1.0, 0.5)[number % 3]
            given = models.value(rnd, operation.input_shape, fill) if operation.input_shape else {}
            told = models.value(rnd, operation.output_shape, fill) if operation.output_shape else {}
            told_wire = models.wire(operation.output_shape, told) if operation.output_shape else {}
            fetch(f"/_test/answer/{service}.{name}", json.dumps(told_wire).encode())
            calls += 1
            try:
                parsed = client._make_api_call(name, given)
            except Exception as e:  # whatever it is, the operation is named and the run goes on
                failures += 1
                print(f"{service} {name}: {type(e).__name__}: {str(e)[:600]}\n  {json.dumps(models.wire(operation.input_shape, given))[:600]}")
                continue
            request_id = parsed.pop("ResponseMetadata")["RequestId"]
            asked = json.loads(fetch(f"/_test/asked/{service}.{name}"))
            want = models.wire(operation.input_shape, given) if operation.input_shape else {}
            if asked != want:
                failures += 1
                print(f"{service} {name}: read\n  {json.dumps(asked)[:900]}\n  {json.dumps(want)[:900]}")
            got = models.wire(operation.output_shape, parsed) if operation.output_shape else {}
            if got != told_wire or not request_id:
                failures += 1
                print(f"{service} {name}: answered\n  {json.dumps(got)[:900]}\n  {json.dumps(told_wire)[:900]}")

print(f"{calls} calls, {failures} failures")
sys.exit(1 if failures else 0)
