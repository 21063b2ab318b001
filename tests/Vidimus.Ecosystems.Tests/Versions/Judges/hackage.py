# Reads "A<TAB>B" lines and answers as lists of numbers are ordered, which is how Data.Version orders them: <, =, >, or ! when one is no such list.
import re, sys

for line in sys.stdin:
    a, b = line.rstrip("\n").split("\t")
    if not all(re.fullmatch(r"[0-9]+(\.[0-9]+)*", v) for v in (a, b)):
        print("!")
        continue
    a, b = ([int(n) for n in v.split(".")] for v in (a, b))
    print("<" if a < b else ">" if a > b else "=")
