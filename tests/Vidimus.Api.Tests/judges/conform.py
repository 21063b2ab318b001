"""Calls by botocore whose answers must hold every member that the model requires."""
import botocore.config
import botocore.exceptions
import botocore.session

CONFIG = botocore.config.Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=60)
SESSION = botocore.session.get_session()


def client(endpoint, account=None, service="inspector2", secret=None):
    """Of the surroundings' own account, or of one of the accounts whose keys are named after them."""
    keys = {}
    if account:
        keys = {"aws_access_key_id": "AKIATESTOF" + account, "aws_secret_access_key": SESSION.get_credentials().secret_key}
    return SESSION.create_client(service, endpoint_url=endpoint, config=CONFIG, **keys)


def lacking(shape, value, path=""):
    """The required members that are not there."""
    kind = shape.type_name
    if value is None or getattr(shape, "is_document_type", False):
        return []
    if kind == "structure":
        gone = [f"{path}.{m}" for m in shape.required_members if m not in value]
        return gone + [x for m, v in value.items() if m in shape.members for x in lacking(shape.members[m], v, f"{path}.{m}")]
    if kind == "list":
        return [x for i, v in enumerate(value) for x in lacking(shape.member, v, f"{path}[{i}]")]
    if kind == "map":
        return [x for k, v in value.items() for x in lacking(shape.value, v, f"{path}[{k}]")]
    return []


def call(of, operation, **arguments):
    """The answer, or the error's code and message with a colon between."""
    try:
        answer = of._make_api_call(operation, arguments)
    except botocore.exceptions.ClientError as e:
        return f"{e.response['Error']['Code']}: {e.response['Error']['Message']}"
    answer.pop("ResponseMetadata", None)
    shape = of.meta.service_model.operation_model(operation).output_shape
    gone = lacking(shape, answer) if shape is not None else []
    assert not gone, f"{operation} lacks {gone}"
    return answer


def refused(answer, code):
    assert isinstance(answer, str) and answer.startswith(code), (code, answer)
    return answer
