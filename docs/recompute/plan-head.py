"""Prints cutplan_sha256 of a plan.jsonl: the RFC 9162 tree head of its lines. python3 plan-head.py plan.jsonl"""
import hashlib
import sys

sha256 = lambda data: hashlib.sha256(data).digest()
lines = open(sys.argv[1], "rb").read().split(b"\n")
if lines.pop() != b"":
    sys.exit("the last line does not end with a line feed: the file is cut short")
level = [sha256(b"\x00" + line) for line in lines]
while len(level) > 1:
    pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
    level = [sha256(b"\x01" + pair[0] + pair[1]) if len(pair) == 2 else pair[0] for pair in pairs]
print((level[0] if level else sha256(b"")).hex())
