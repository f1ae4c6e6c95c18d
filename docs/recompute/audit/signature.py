"""A signature file as it is written: one strict armored block, one strict version 4 packet. gpg says whether it is true."""
import base64
import re
from datetime import datetime, timezone

from ed25519 import L as ORDER
from forms import Bad

ARMOR = re.compile(
    rb"-----BEGIN PGP SIGNATURE-----\r?\n(?:(?:Version|Comment): [ -~]*\r?\n)*\r?\n"
    rb"((?:[A-Za-z0-9+/]{1,76}={0,2}\r?\n)+)(?:=([A-Za-z0-9+/]{4})\r?\n)?-----END PGP SIGNATURE-----(?:\r?\n)?"
)


def read_armor(armored):
    """Exactly one armored block and not a byte more, its base64 in the one form that it has (RFC 9580, 6.2)."""
    if len(armored) > 16 * 1024:
        raise Bad("signature_too_large", f"{len(armored)} bytes")
    if re.search(rb"^-----BEGIN PGP (SIGNED )?MESSAGE-----", armored, re.M):
        raise Bad("clear_signed", "it is an inline message")
    match = ARMOR.fullmatch(armored)
    text = re.sub(rb"\r?\n", b"", match[1]) if match else b""
    try:
        packet = base64.b64decode(text, validate=True)
    except ValueError:
        packet = b""
    if not match or base64.b64encode(packet) != text:
        raise Bad("signature_armor", "it is not exactly one armored block")
    if match[2] and match[2] != base64.b64encode(crc24(packet)):
        raise Bad("signature_armor", "its checksum does not fit")
    return packet


def crc24(data):
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc = (crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)) & 0xFFFFFF
    return crc.to_bytes(3, "big")


def number(data, octets):
    if len(data) < octets:
        raise Bad("signature_malformed", "the packet is cut short")
    return int.from_bytes(data[:octets], "big")


def only_packet(data):
    """The body of the one signature packet that these bytes are (RFC 9580, 4.2)."""
    head = data[0] if data else 0
    if head < 128:
        raise Bad("signature_malformed", "these bytes are no packet")
    if head & 64:
        tag, first = head & 63, number(data[1:], 1)
        octets = 1 if first < 192 else 2 if first < 224 else 5 if first == 255 else 0
        length = first if octets == 1 else (first - 192 << 8) + number(data[2:], 1) + 192
        length = number(data[2:], 4) if octets == 5 else length
    else:
        tag, octets = head >> 2 & 15, (1, 2, 4, 0)[head & 3]
        length = number(data[1:], octets)
    if tag != 2:
        raise Bad("signature_count", f"it begins with a packet of type {tag}")
    body = data[1 + octets :]
    if octets == 0 or length > len(body):
        raise Bad("signature_malformed", "the packet does not have the length that it states")
    if length < len(body):
        raise Bad("signature_count", "more follows the first signature")
    return body


def read_packet(data):
    """What a version 4 signature of a binary document claims: (issuer, created). Only the hashed part is believed."""
    body = only_packet(data)
    if number(body, 1) != 4:
        raise Bad("signature_malformed", f"version {body[0]}")
    number(body, 6)
    if body[1] != 0:
        raise Bad("signature_type", f"type {body[1]}, not of a binary document")
    if body[3] not in (8, 9, 10):
        raise Bad("weak_hash", f"hash algorithm {body[3]}")
    if body[2] not in (1, 22, 27):
        raise Bad("weak_key", f"public-key algorithm {body[2]}")
    hashed_end = 6 + number(body[4:], 2)
    values = hashed_end + 2 + number(body[hashed_end:], 2) + 2
    if values > len(body) or not whole_numbers(body[values:], body[2]):
        raise Bad("signature_malformed", "the lengths inside the packet do not add up")
    return read_claims(body[6:hashed_end])


def whole_numbers(data, algorithm):
    """Whether the rest is the signature's numbers and nothing else, each in its one form (RFC 9580, 3.2)."""
    if algorithm == 27:
        return len(data) == 64 and int.from_bytes(data[32:], "little") < ORDER
    values = []
    while len(data) > 2:
        bits = number(data, 2)
        value, data = data[2 : 2 + (bits + 7) // 8], data[2 + (bits + 7) // 8 :]
        if bits == 0 or len(value) != (bits + 7) // 8 or value[0].bit_length() != (bits - 1) % 8 + 1:
            return False
        values.append(value)
    if algorithm == 1:
        return data == b"" and len(values) == 1
    # gpg takes S plus the order for another S, by which one signature has many bytes.
    return data == b"" and len(values) == 2 and int.from_bytes(values[1].rjust(32, b"\0"), "little") < ORDER


def read_claims(area):
    """RFC 9580, 5.2.3.7: one creation time, one issuer, and nothing critical that is passed over."""
    found = {}
    while area:
        first = area[0]
        octets = 1 if first < 192 else 2 if first < 255 else 5
        two = (first - 192 << 8) + number(area[1:], 1) + 192 if octets == 2 else 0
        length = number(area[1:], 4) if octets == 5 else two or first
        subpacket, area = area[octets : octets + length], area[octets + length :]
        if len(subpacket) != length or length == 0:
            raise Bad("signature_malformed", "the lengths of the subpackets do not add up")
        kind = subpacket[0] & 127
        if (subpacket[0] > 127 and kind not in (2, 3, 16, 33)) or kind in (12, 31, 32):
            raise Bad("signature_subpackets", f"subpacket {kind} does not belong here")
        found.setdefault(kind, []).append(subpacket[1:])
    sizes = {kind: [len(value) for value in values] for kind, values in found.items()}
    if sizes.get(2) != [4] or sizes.get(33) != [21] or found[33][0][0] != 4 or sizes.get(3, [4]) != [4]:
        raise Bad("signature_subpackets", "one creation time and one issuer fingerprint are wanted")
    if any(key_id != found[33][0][-8:] for key_id in found.get(16, ())):
        raise Bad("signature_subpackets", "two different issuers")
    return found[33][0][1:].hex().upper(), datetime.fromtimestamp(number(found[2][0], 4), timezone.utc)
