// Time stamps by a real authority, and what a forger makes of them: each is refused, and named for what it is.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/digest/digest.ts';
import {
  decodeTimeStampFile,
  encodeTimeStampFile,
  readTimeStamp,
  type TimeStamp,
  timeStampedHead,
  timeStampPath,
  timeStampRequest,
} from '../../src/record/time-stamp.ts';
import { type Authority, authorityIn } from '../../src/record/time-stamp-authority.ts';
import { verifyTimeStamp } from '../../src/record/time-stamp-verify.ts';
import { onlyWhere } from '../support/skip.ts';
import { HAS_OPENSSL, openAuthority, type TimeStampAuthorityHere } from '../support/time-stamp-authority.ts';

let here: TimeStampAuthorityHere;
let rsa: TimeStampAuthorityHere;
let stranger: TimeStampAuthorityHere;
let genuine: Buffer;
beforeAll(() => {
  if (!HAS_OPENSSL) return;
  [here, rsa, stranger] = [openAuthority(), openAuthority({ key: 'rsa' }), openAuthority()];
  genuine = here.answer(timeStampRequest(digest, nonce));
});
afterAll(() => {
  for (const one of [here, rsa, stranger]) one?.close();
});
const byOpenssl = onlyWhere(HAS_OPENSSL, 'openssl absent');

const STATEMENT = '{"a":"statement"}\n';
const digest = sha256(STATEMENT);
const nonce = Buffer.from('0102030405060708090a0b0c0d0e0f10', 'hex');

function read(answer: Uint8Array): TimeStamp {
  const found = readTimeStamp(answer);
  if (!found.ok) throw new Error(found.flaw.detail);
  return found.value;
}

/** What a time stamp is worth: `holds`, or the code of its flaw. */
function worth(answer: Uint8Array, authorities: readonly Authority[] = [here.root], over = digest): string {
  const stamp = readTimeStamp(answer);
  if (!stamp.ok) return stamp.flaw.code;
  const verified = verifyTimeStamp(stamp.value, { digest: over, authorities });
  return verified.ok ? 'holds' : verified.flaw.code;
}

describe('a request', byOpenssl, () => {
  it('is what openssl asks with, but for the nonce', () => {
    const theirs = here.request(digest, '-no_nonce').toString('hex');
    const ours = timeStampRequest(digest, nonce).toString('hex');
    expect(ours.replace(`0210${nonce.toString('hex')}`, '').slice(4)).toBe(theirs.slice(4));
  });
});

describe('a genuine time stamp', byOpenssl, () => {
  it('says over what and when it was made, and gives the nonce back', () => {
    const { imprint, at, nonce: back, certificates } = read(genuine);
    expect(imprint.hash.toString('hex')).toBe(digest);
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(120_000);
    expect(back).toEqual(nonce);
    expect(certificates.map(({ subject }) => subject)).toContain('CN=Clock');
  });

  it('holds by the root that is pinned, by the certificate of its signer, and among others', () => {
    expect(worth(genuine)).toBe('holds');
    expect(worth(genuine, [here.clock])).toBe('holds');
    expect(worth(genuine, [stranger.root, here.root])).toBe('holds');
    const bare = here.answer(here.openssl(['ts', '-query', '-digest', digest, '-sha256']));
    expect(read(bare).certificates).toEqual([]);
    expect(worth(bare, [here.clock])).toBe('holds');
    expect(worth(bare)).toBe('foreign');
  });

  it('may be signed with RSA, whose digest is named beside it', () => {
    const signed = rsa.answer(timeStampRequest(digest, nonce));
    expect(worth(signed, [rsa.root])).toBe('holds');
    expect(worth(rsa.signedAgain(signed, 'clock'), [rsa.root])).toBe('holds');
  });

  it('stands in a file as one line of base64, in one writing only', () => {
    const file = encodeTimeStampFile(genuine);
    const decoded = decodeTimeStampFile(Buffer.from(file));
    expect(decoded.ok && decoded.value.equals(genuine)).toBe(true);
    for (const other of [file.trimEnd(), `${file}\n`, ` ${file}`, file.replace(/=*\n$/, '\n\n'), '\n', 'é\n'])
      expect(decodeTimeStampFile(Buffer.from(other)).ok).toBe(false);
    const head = { runId: 'run-20260521-0123456789abcdef', seq: 12 };
    expect(timeStampedHead(timeStampPath(head))).toEqual(head);
    expect(timeStampedHead('runs/a/statement.012.tsr')).toBeUndefined();
    expect(timeStampedHead('runs/a/statement.dsse.json')).toBeUndefined();
  });
});

describe('a forged time stamp', byOpenssl, () => {
  it('over another statement, or by another digest than SHA-256, is refused', () => {
    expect(worth(genuine, [here.root], sha256('another'))).toBe('other_statement');
    const longer = here.answer(
      here.openssl(['ts', '-query', '-digest', digest.repeat(2).slice(0, 96), '-sha384', '-cert']),
    );
    expect(worth(longer)).toBe('other_statement');
  });

  it('by an authority that nobody has pinned, though it has the same name', () => {
    expect(worth(stranger.answer(timeStampRequest(digest, nonce)))).toBe('foreign');
    expect(worth(genuine, [])).toBe('foreign');
  });

  it('in the name of the authority, with the number of its certificate, and signed by somebody else', () => {
    expect(worth(stranger.answer(timeStampRequest(digest, nonce)), [here.clock])).toBe('bad_signature');
  });

  it('with a certificate whose validity does not have the time that it says', () => {
    const late = here.answer(timeStampRequest(digest, nonce), 'expired');
    expect(worth(late)).toBe('expired');
  });

  it('with a certificate that is not for time stamps alone, or does not insist on it', () => {
    expect(worth(here.signedAgain(genuine, 'clock'))).toBe('holds');
    expect(worth(here.signedAgain(genuine, 'careless'))).toBe('unfit');
    expect(worth(here.signedAgain(genuine, 'manifold'))).toBe('unfit');
  });

  it('with another time, another statement or another nonce in it', () => {
    const { info, at } = read(genuine);
    const time = Buffer.from(`${at.toISOString().replace(/[-:T]|[.]\d+/g, '')}`);
    const whole = Buffer.from(genuine);
    const place = whole.indexOf(time);
    expect([whole.indexOf(info) > 0, place > 0]).toEqual([true, true]);
    whole[place + 3] = (whole[place + 3] ?? 0) ^ 1;
    expect(worth(whole)).toBe('bad_signature');
    const exchanged = Buffer.from(genuine);
    Buffer.from(sha256('another'), 'hex').copy(exchanged, exchanged.indexOf(Buffer.from(digest, 'hex')));
    expect(worth(exchanged, [here.root], sha256('another'))).toBe('bad_signature');
    const again = Buffer.from(genuine);
    again[again.indexOf(nonce) + 4] = 0xee;
    expect(worth(again)).toBe('bad_signature');
  });

  it('with any byte of what is signed changed holds no more, and none makes the reader fail', () => {
    const { info, attributes, signature } = read(genuine);
    const parts = [info, attributes.signed.subarray(1), signature].map((part) => genuine.indexOf(part));
    expect(Math.min(...parts)).toBeGreaterThan(0);
    for (const [index, part] of [info, attributes.signed.subarray(1), signature].entries())
      for (let at = 0; at < part.length; at += 1) {
        const changed = Buffer.from(genuine);
        const place = (parts[index] ?? 0) + at;
        changed[place] = (changed[place] ?? 0) ^ 0x01;
        expect([at, worth(changed)]).not.toEqual([at, 'holds']);
      }
    for (let size = 0; size < genuine.length; size += 7)
      expect(worth(genuine.subarray(0, size))).toBe('malformed');
    expect(worth(Buffer.concat([genuine, Buffer.of(0)]))).toBe('malformed');
  });

  it('that is a refusal grants nothing', () => {
    const refused = here.answer(here.openssl(['ts', '-query', '-digest', '00'.repeat(20), '-sha1', '-cert']));
    const found = readTimeStamp(refused);
    expect(found).toMatchObject({ ok: false, flaw: { detail: 'is a refusal with status 2' } });
  });
});

describe('a pinned file', () => {
  it('says what is wrong with it', () => {
    expect(authorityIn('nothing')).toBe('holds no certificate in PEM form');
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(authorityIn(broken)).toBe('holds a certificate that cannot be read');
  });
});
