"""Random values of the shapes of a service model, and their form in JSON. The seed is given by the test."""
import base64
import datetime
import re
import string

TEXT = string.ascii_letters + string.digits + " -_./:=+@%&?#\"\\'<>\n\té中€😀"


def by_pattern(rnd, pattern, grow):
    pattern = pattern.replace(r"[^\p{C}]*", "[a-zA-Z0-9 é]*").replace(r"\p{L}", "a-zé").replace(r"\p{N}", "0-9").replace(r"\p{Z}", " ")
    return piece(rnd, re._parser.parse(pattern, re.ASCII), grow), re.compile(pattern, re.ASCII)


def piece(rnd, tokens, grow):
    text = ""
    for op, arg in tokens:
        op = str(op)
        if op == "LITERAL":
            text += chr(arg)
        elif op in ("ANY", "NOT_LITERAL"):
            text += rnd.choice(string.ascii_letters)
        elif op == "IN":
            text += member(rnd, arg)
        elif op in ("MAX_REPEAT", "MIN_REPEAT"):
            low, high, inner = arg
            high = min(int(high), int(low) + grow)
            text += "".join(piece(rnd, inner, grow) for _ in range(rnd.randint(int(low), high)))
        elif op == "SUBPATTERN":
            text += piece(rnd, arg[-1], grow)
        elif op == "BRANCH":
            text += piece(rnd, rnd.choice(arg[1]), grow)
        elif op in ("AT", "ASSERT_NOT"):
            pass
        else:
            raise NotImplementedError(op)
    return text


def member(rnd, items):
    if str(items[0][0]) == "NEGATE":
        return rnd.choice("abcXYZ123")
    op, arg = rnd.choice(items)
    op = str(op)
    if op == "LITERAL":
        return chr(arg)
    if op == "RANGE":
        return chr(rnd.randint(arg[0], arg[1]))
    return {"CATEGORY_DIGIT": rnd.choice(string.digits), "CATEGORY_WORD": rnd.choice(string.ascii_letters + "_9"), "CATEGORY_NOT_SPACE": rnd.choice("abc!9"), "CATEGORY_SPACE": " "}[str(arg)]


def text(rnd, shape):
    metadata = shape.metadata
    if shape.enum:
        return rnd.choice(shape.enum)
    low, high = int(metadata.get("min", 0)), int(metadata.get("max", 1000000))
    if "pattern" not in metadata:
        length = rnd.randint(low, min(high, low + 30))
        return "".join(rnd.choice(TEXT) for _ in range(length))
    for attempt in range(3000):
        value, compiled = by_pattern(rnd, metadata["pattern"], 1 + attempt % 60)
        if low <= len(value) <= high and compiled.fullmatch(value) and not value.startswith("aws:"):
            return value
    raise ValueError(f"no value for {metadata['pattern']}")


def value(rnd, shape, fill):
    """A random value that meets the constraints; `fill` is how likely an optional member is there."""
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return {"a": [1, 2.5, None, True, "é"], "b": {"c": rnd.random()}}
        members = shape.members
        if getattr(shape, "is_tagged_union", False):
            name = rnd.choice(list(members))
            return {name: value(rnd, members[name], fill)}
        result = {}
        for name, inner in members.items():
            must = name in shape.required_members or name == "clientToken"
            if must or rnd.random() < fill:
                result[name] = value(rnd, inner, fill * 0.85)
                if inner.serialization.get("location") == "querystring" and result[name] == []:
                    result[name] = [value(rnd, inner.member, fill)]  # an empty list can't be told from none there
        return result
    metadata = shape.metadata
    if kind == "string":
        return text(rnd, shape)
    if kind in ("integer", "long"):
        low = int(metadata.get("min", -2**31 if kind == "integer" else -2**53))
        high = int(metadata.get("max", 2**31 - 1 if kind == "integer" else 2**53))
        return rnd.choice([low, high, rnd.randint(low, high)])
    if kind == "double":
        return rnd.uniform(float(metadata.get("min", -1e6)), float(metadata.get("max", 1e6)))
    if kind == "boolean":
        return rnd.random() < 0.5
    if kind == "timestamp":
        return datetime.datetime.fromtimestamp(rnd.randint(0, 4102444800), datetime.timezone.utc)
    if kind == "blob":
        return rnd.randbytes(rnd.randint(int(metadata.get("min", 0)), min(int(metadata.get("max", 100)), 100)))
    low = int(metadata.get("min", 0))
    count = rnd.randint(low, min(int(metadata.get("max", low + 3)), low + 3))
    if kind == "list":
        return [value(rnd, shape.member, fill) for _ in range(count)]
    if kind == "map":
        return {value(rnd, shape.key, fill): value(rnd, shape.value, fill) for _ in range(max(count, low))}
    raise NotImplementedError(kind)


def wire(shape, item):
    """The JSON of a value, as the protocols have it: times in epoch seconds unless the shape says iso8601, bytes in base64."""
    kind = shape.type_name
    if kind == "structure" and not getattr(shape, "is_document_type", False):
        return {name: wire(shape.members[name], inner) for name, inner in item.items()}
    if kind == "list":
        return [wire(shape.member, inner) for inner in item]
    if kind == "map":
        return {name: wire(shape.value, inner) for name, inner in item.items()}
    if kind == "timestamp":
        if shape.serialization.get("timestampFormat") == "iso8601":
            return item.strftime("%Y-%m-%dT%H:%M:%SZ")
        return int(item.timestamp())
    if kind == "blob":
        return base64.b64encode(item).decode()
    return item
