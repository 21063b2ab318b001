# Reads "A<TAB>B" lines and answers as rpm orders them: <, =, >, or ! when it refuses one.
import sys
import rpm

for line in sys.stdin:
    a, b = line.rstrip("\n").split("\t")
    try:
        a, b = rpm.ver(a), rpm.ver(b)
    except (ValueError, TypeError):
        print("!")
        continue
    print("<" if a < b else ">" if a > b else "=")
