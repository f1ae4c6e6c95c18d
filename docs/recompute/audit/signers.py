"""Who may sign, and whether they did: gpg's word on pinned certificates, asked so that no exit status has to be believed."""
import os
import re
import subprocess
import tempfile

from forms import Bad, CannotAudit
from signature import read_armor, read_packet

# What gpg says of a signature that must not count, and our code for it.
REFUSED_BY_GPG = {
    "EXPKEYSIG": "key_expired",
    "REVKEYSIG": "key_revoked",
    "EXPSIG": "signature_expired",
    "BADSIG": "signature_invalid",
    "NO_PUBKEY": "signer_not_pinned",
    "ERRSIG": "signature_invalid",
}


def revoked(certificate):
    """The keys of a certificate that are revoked, all of them where the primary key is."""
    keys, gone = [], set()
    for row in certificate:
        if row[0] in ("pub", "sub"):
            keys.append(row[4])
        elif row[0] == "rev" and row[10][:2] in ("20", "28"):
            gone.add(keys[-1])
    return {*keys} if keys[0] in gone else gone


# SHA-1 says nothing for a key. But what revokes one counts, and gpg drops that as well where the digest is called weak.
STRICT = ("--weak-digest", "SHA1")


class Signers:
    """The pinned certificates, in gpg homes of their own. gpg judges a key as of the time that it is told."""

    def __init__(self, folder, pinned):
        self.pinned = {re.sub(r"\s|^0[xX]", "", text).upper() for text in pinned}
        self.home, self.listing = tempfile.TemporaryDirectory(), tempfile.TemporaryDirectory()
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                data = file.read()
            if b"PRIVATE KEY BLOCK" in data:
                raise CannotAudit(f"{name} holds a private key: export the public one instead")
            self.gpg(self.listing, ["--import"], data)
            self.gpg(self.home, [*STRICT, "--import"], data)
        self.expires, self.weak, primary = {}, set(), set()  # by key ID
        for certificate in self.certificates():
            own, keys = certificate[0], [row for row in certificate if row[0] in ("pub", "sub")]
            primary.add(next(row[9] for row in certificate if row[0] == "fpr"))
            self.weak |= {row[4] for row in keys if row[3] == "1" and int(row[2]) < 2048}
            ends = [int(own[6])] if own[6] else []
            self.expires |= {row[4]: min([*ends, *([int(row[6])] if row[6] else [])], default=None) for row in keys}
            # A revocation counts whoever made it and however weak its digest; without a user ID nothing speaks for a key.
            mute = all(row[1] == "r" for row in certificate if row[0] == "uid")
            self.weak |= {row[4] for row in keys} if mute else revoked(certificate)
        for fingerprint in self.pinned - primary:
            raise CannotAudit(f"gpg reads no primary key {fingerprint} from {folder}: export it there, or use a newer gpg")

    def certificates(self):
        """gpg's own listing, one list of rows for each certificate."""
        listed = self.gpg(self.listing, ["--with-colons", "--list-sigs"]).decode(errors="replace").split("\n")
        found = []
        for row in (row.split(":") for row in listed):
            if row[0] == "pub":
                found.append([])
            if found:
                found[-1].append(row)
        return found

    def gpg(self, home, args, data=b""):
        how = ["--no-options", "--batch", "--quiet", "--no-auto-check-trustdb", "--trust-model", "always"]
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        command = ["gpg", "--homedir", home.name, *how, *args]
        return subprocess.run(command, input=data, capture_output=True, env=env).stdout

    def status(self, document, armored, at):
        with tempfile.TemporaryDirectory(dir=self.home.name) as folder:
            paths = [os.path.join(folder, name) for name in ("signature", "document")]
            for path, data in zip(paths, (armored, document)):
                with open(path, "wb") as file:
                    file.write(data)
            when = at.strftime("%Y%m%dT%H%M%S!")
            how = [*STRICT, "--faked-system-time", when, "--status-fd", "1"]
            told = self.gpg(self.home, [*how, "--verify", *paths])
        rows = told.decode(errors="replace").split("\n")
        return [row.split()[1:] for row in rows if row.startswith("[GNUPG:] ")]

    def verify(self, document, armored, at):
        """(signer, created), or Bad. gpg's exit status says too little: it is 0 for expired and revoked keys."""
        issuer, created = read_packet(read_armor(armored))
        if issuer[-16:] in self.weak:
            raise Bad("weak_key", f"{issuer} is too short, or revoked")
        ends = self.expires.get(issuer[-16:])
        if ends is not None and at.timestamp() >= ends:
            raise Bad("key_expired", issuer)
        rows = self.status(document, armored, at)
        said = [row[0] for row in rows]
        for word, code in REFUSED_BY_GPG.items():
            if word in said:
                raise Bad(code, f"gpg says {word} of {issuer}")
        valid = [row for row in rows if row[0] == "VALIDSIG"]
        if said.count("NEWSIG") != 1 or said.count("GOODSIG") != 1 or len(valid) != 1:
            raise Bad("signature_invalid", f"gpg does not call the signature of {issuer} good")
        _, key, _, seconds, _, _, _, _, digest, kind, signer = valid[0]
        if signer not in self.pinned:
            raise Bad("signer_not_pinned", signer)
        if (key, int(seconds), kind) != (issuer, created.timestamp(), "00") or digest not in ("8", "9", "10"):
            raise Bad("signature_invalid", "gpg and this program read the packet differently")
        return signer, created
