"""The forms that everything in a record has: RFC 8785 lines, instants, digests, and the tree head of RFC 9162."""
import hashlib
import json
import re
from datetime import datetime, timedelta, timezone


class CannotAudit(Exception):
    """What stands in the way of any verdict."""


class Bad(Exception):
    """A finding on its way up: a permanent code, and what is wrong."""

    def __init__(self, code, what):
        super().__init__(what)
        self.code = code


DAY = timedelta(hours=24)


def hexdigest(data):
    return hashlib.sha256(data).hexdigest()


def canonical(value):
    """RFC 8785 for the values of a record: no key and no number in them is written otherwise by Python."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(line, code, where):
    """One object. Written again it must be the same bytes: no key twice, no other order, no other writing of a number."""
    try:
        value = json.loads(line)
        same = canonical(value) == line
    except (ValueError, RecursionError):
        raise Bad(code, f"{where} is not JSON in UTF-8") from None
    if not same or not isinstance(value, dict):
        raise Bad(code, f"{where} is not one object in its RFC 8785 form")
    return value


def lines_of(data, code, where):
    if not data.endswith(b"\n"):
        raise Bad(code, f"{where} does not end with a line feed")
    return data[:-1].split(b"\n")


def instant(text):
    """`YYYY-MM-DDTHH:MM:SSZ`, with or without milliseconds. Raises ValueError for what no clock shows."""
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    return datetime.strptime(text, form).replace(tzinfo=timezone.utc)


def tree_head(leaves):
    """RFC 9162, section 2.1."""
    level = [hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else hashlib.sha256(b"").digest()


# Control and bidirectional characters, line separators, and Default_Ignorable_Code_Point of Unicode: what nobody can see.
UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


def shown(text):
    """On one line, without a character that moves the terminal's cursor or that nobody sees."""
    return UNSEEN.sub("?", re.sub(r"\s+", " ", text.encode("utf-8", "replace").decode()))
