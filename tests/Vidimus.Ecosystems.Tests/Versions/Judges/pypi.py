# Reads "A<TAB>B" lines and answers as python3-packaging orders them: <, =, >, or ! when it refuses one.
import sys
from packaging.version import InvalidVersion, Version

for line in sys.stdin:
    a, b = line.rstrip("\n").split("\t")
    try:
        a, b = Version(a), Version(b)
    except InvalidVersion:
        print("!")
        continue
    print("<" if a < b else ">" if a > b else "=")
