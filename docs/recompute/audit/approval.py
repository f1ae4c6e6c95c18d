"""One approval: strict front matter, signatures by pinned keys, and its window at the time that is asked about."""
import re
from datetime import timedelta

from forms import DAY, UNSEEN, Bad, instant

NAME = re.compile("approvals/[A-Za-z0-9][A-Za-z0-9._-]{0,99}[.]md")

# What each gate is bound to, and what it may name besides.
BOUND = {
    "GAP7_execution_enable": (
        {"deployment", "document_id", "source_sha256", "mode", "recorder_key"},
        {"run_id", "accepts_sha256"},
    ),
    "SG_1_cut_authz": ({"run_id", "cutplan_sha256", "event_log_sha256"}, set()),
    "SG_2_lifecycle_authz": ({"run_id", "evidence_sha256", "event_log_sha256"}, set()),
    "SG_R_revert_authz": ({"run_id", "revert_plan_sha256", "event_log_sha256"}, set()),
    "SG_H_release_authz": ({"run_id", "event_log_sha256"}, set()),
    "SG_W_withdrawal": ({"approval_sha256"}, set()),
}
ALWAYS = ("gate", "signed_utc", "allowance")
DIGEST = "[0-9a-f]{64}"
FORMS = {
    "document_id": "[A-Za-z0-9][A-Za-z0-9._-]{0,62}",
    "deployment": "[a-z0-9][a-z0-9-]{0,62}",
    "run_id": "run-[0-9]{8}-[0-9a-f]{16}",
    "mode": "LIVE",
}
VALUE = re.compile(r"""([^\W_][^\s#"'`,\[\]{}&*!|>%@?]*|"[^"\\]*"|'[^']*')[ \t]*""")


def read_document(data):
    """The keys of the front matter. Raises Bad with the code of the refusal."""
    if len(data) > 64 * 1024:
        raise Bad("document_too_large", f"{len(data)} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Bad("not_utf8", "its bytes are not UTF-8") from None
    if text.startswith("\ufeff"):
        raise Bad("not_utf8", "it begins with a byte order mark")
    if re.search("^-----BEGIN PGP (SIGNED )?MESSAGE-----", text, re.M):
        raise Bad("clear_signed", "it is an inline message")
    unseen = UNSEEN.search(text)
    if unseen:
        raise Bad("forbidden_character", f"it holds U+{ord(unseen[0]):04X}")
    end = "\r\n" if "\r\n" in text else "\n"
    if "\r" in text.replace("\r\n", "") or (end == "\r\n" and "\n" in text.replace("\r\n", "")):
        raise Bad("mixed_line_ends", "its lines do not all end alike")
    entries = read_entries(text.split(end))
    return checked(entries)


def read_entries(lines):
    if lines[0] != "---" or "---" not in lines[1:]:
        raise Bad("front_matter_missing", "it does not begin with front matter between two lines ---")
    close = lines.index("---", 1)
    entries = {}
    known = {*ALWAYS, *(key for needs, may in BOUND.values() for key in needs | may)}
    for line in lines[1:close]:
        key, colon, rest = line.partition(": ")
        value = VALUE.fullmatch(rest.lstrip())
        if not colon or not value or not re.fullmatch(r"[\w-]+", key):
            raise Bad("front_matter_syntax", "a line is no `key: value`")
        if key not in known:
            raise Bad("unknown_key", f"{key} is no key of an approval")
        if key in entries:
            raise Bad("duplicate_key", key)
        entries[key] = value[1][1:-1] if value[1][0] in "\"'" else value[1]
    if next((line.strip() for line in lines[close + 1 :] if line.strip()), "") == "---":
        raise Bad("second_front_matter", "another --- follows the front matter")
    return entries


def checked(entries):
    for key in ALWAYS:
        if key not in entries:
            raise Bad("missing_key", key)
    if entries["gate"] not in BOUND:
        raise Bad("gate_unknown", entries["gate"])
    needs, may = BOUND[entries["gate"]]
    for key, value in entries.items():
        if key not in ALWAYS and key not in needs | may:
            raise Bad("unknown_key", f"{key} is no key of {entries['gate']}")
        if key not in ALWAYS and not re.fullmatch(FORMS.get(key, DIGEST), value):
            raise Bad("value_invalid", f"{key} is {value}")
    if entries["allowance"] != "explicit":
        raise Bad("allowance_not_explicit", entries["allowance"])
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", entries["signed_utc"]):
            raise ValueError
        instant(entries["signed_utc"])
    except ValueError:
        raise Bad("signed_utc_invalid", entries["signed_utc"]) from None
    return entries


def judge(document, signatures, signers, at, threshold=1):
    """What an approval says, by whom, from when until when; or Bad with the code of the reason why it does not hold."""
    entries = read_document(document)
    if not signatures:
        raise Bad("signature_missing", "there is no signature beside it")
    if len(signatures) > 16:
        raise Bad("too_many_signatures", f"{len(signatures)} signatures")
    signed = [signers.verify(document, armored, at) for armored in signatures]
    people = list(dict.fromkeys(signer for signer, _ in signed))
    if len(people) < threshold:
        raise Bad("threshold_not_met", f"{len(people)} of {threshold}")
    said = instant(entries["signed_utc"])
    made = [created for _, created in signed]
    if any(abs(created - said) > timedelta(minutes=15) for created in made):
        raise Bad("times_disagree", "signed_utc and the signature are more than 15 minutes apart")
    if max([said, *made]) > at:
        raise Bad("signed_in_future", f"judged at {at.isoformat()}")
    until = min([said, *made]) + DAY
    if at >= until:
        raise Bad("window_expired", f"it ended at {until.isoformat()}, judged at {at.isoformat()}")
    return {**entries, "signers": people, "from": max([said, *made]), "said": said, "until": until}
