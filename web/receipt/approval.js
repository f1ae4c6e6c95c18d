// One approval of a receipt: its front matter, and whether pinned keys signed exactly these bytes at that time.
import { isDigest, Refusal, sha256, utf8 } from './bytes.js';
import { isSignedBy } from './certificate.js';
import { readArmor, readClaims, readSignature, splitPackets } from './packets.js';

const HOUR_MS = 3_600_000;
const AGREEMENT_MS = HOUR_MS / 4;
const VALIDITY_MS = 24 * HOUR_MS;

const isName = (text) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(text);
const isDocument = (text) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text);
const isRun = (text) => /^run-\d{8}-[0-9a-f]{16}$/.test(text);

const ALWAYS = {
  gate: () => true,
  allowance: (text) => text === 'explicit',
  signed_utc: (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text) &&
    !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString() === text.replace('Z', '.000Z'),
};

/** What the three gates of a completed run may name; what each must name is asked where it is used. */
const KEYS = {
  GAP7_execution_enable: {
    ...{
      deployment: isName,
      document_id: isDocument,
      mode: (text) => text === 'LIVE',
      source_sha256: isDigest,
    },
    ...{ recorder_key: isDigest, accepts_sha256: isDigest, run_id: isRun },
  },
  SG_1_cut_authz: { run_id: isRun, cutplan_sha256: isDigest, event_log_sha256: isDigest },
  SG_2_lifecycle_authz: { run_id: isRun, evidence_sha256: isDigest, event_log_sha256: isDigest },
};

const UNSEEN =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: these are code points, one by one
  /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/u;

/** A text with every character that cannot be seen by its number. */
export const seen = (text) =>
  text.replace(
    new RegExp(UNSEEN, 'gu'),
    (character) => `<U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );

/** The keys between the two lines `---`, one `key: value` a line, as narrow as the design says. */
export function readFrontMatter(text, path) {
  const refuse = (what) => new Refusal('approval_refused', `${path}: ${what}`);
  if (utf8(text).length > 65536) throw refuse('it is larger than 64 KiB');
  if (UNSEEN.test(text)) throw refuse('it holds a character that nobody can see');
  if (/^-----BEGIN PGP (?:SIGNED )?MESSAGE-----/m.test(text)) throw refuse('it is an inline message');
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const bare = text.replaceAll('\r\n', '');
  if (bare.includes('\r') || (end === '\r\n' && bare.includes('\n')))
    throw refuse('its lines do not all end alike');
  const lines = text.split(end);
  const close = lines.indexOf('---', 1);
  if (lines[0] !== '---' || close < 0) throw refuse('it does not begin with front matter');
  if (
    lines
      .slice(close + 1)
      .find((line) => line.trim() !== '')
      ?.trim() === '---'
  )
    throw refuse('it has front matter twice');
  const entries = Object.create(null);
  for (const line of lines.slice(1, close)) {
    const [, key, bareValue, double, single] =
      /^([\w-]+): [ \t]*(?:([\p{L}\p{N}][^\s#"'`,[\]{}&*!|>%@?]*)|"([^"\\]*)"|'([^']*)')[ \t]*$/u.exec(
        line,
      ) ?? [];
    if (key === undefined || Object.hasOwn(entries, key))
      throw refuse('a line is no `key: value` of its own');
    entries[key] = bareValue ?? double ?? single;
  }
  if (!Object.hasOwn(KEYS, entries.gate ?? '')) throw refuse('it is for no gate that a receipt has');
  const known = { ...ALWAYS, ...KEYS[entries.gate] };
  for (const key of Object.keys(ALWAYS)) if (!Object.hasOwn(entries, key)) throw refuse(`it has no ${key}`);
  for (const [key, value] of Object.entries(entries))
    if (!Object.hasOwn(known, key) || !known[key](value))
      throw refuse(`its ${key} does not belong there or has no good form`);
  return entries;
}

/** Who signed one signature file over these bytes, and when. */
async function verifyOne(armored, { message, keys, path }) {
  const refuse = (what) => new Refusal('approval_refused', `${path}: ${what}`);
  if (armored.length > 16384) throw refuse('its signature is larger than 16 KiB');
  const packets = splitPackets(readArmor(armored, 'SIGNATURE'));
  if (packets.length !== 1 || packets[0].tag !== 2) throw refuse('not exactly one signature');
  const signature = readSignature(packets[0].body);
  if (signature.type !== 0) throw refuse('it is not a signature of the exact bytes of a file');
  if (!['SHA-256', 'SHA-384', 'SHA-512'].includes(signature.hash))
    throw refuse('it is signed over a weak digest');
  const { issuer, createdAt, expiresAt } = readClaims(signature);
  const name = Array.from(issuer, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
  const key = keys.get(name);
  if (!key) throw refuse(`it is signed by ${name}, which is none of the keys that you named`);
  if (key.flaw) throw refuse(`${key.flaw}: ${name}`);
  if (!(await isSignedBy(key.key, { signature, message })))
    throw refuse('the signature does not fit its text');
  return { signer: key.primary, createdAt, expiresAt, key };
}

/** When the recorder says that the run had ended; or, where that is later than the approval held, when it was signed. */
export const timeOfJudgement = (signedAt, at) =>
  at - signedAt < VALIDITY_MS - AGREEMENT_MS ? at : signedAt + AGREEMENT_MS;

/** Judges an approval at the time that `judgedAt` gives for the time of its signing. `expected` must all be there and be equal. */
export async function checkApproval({ path, text, signatures }, { keys, judgedAt, expected }) {
  const refuse = (what) => new Refusal('approval_refused', `${path}: ${what}`);
  const entries = readFrontMatter(text, path);
  for (const [name, value] of Object.entries(expected))
    if (entries[name] !== value)
      throw new Refusal('approval_elsewhere', `${path}: its ${name} is ${entries[name]}, expected ${value}`);
  const message = utf8(text);
  const made = [];
  for (const armored of signatures) made.push(await verifyOne(armored, { message, keys, path }));
  const signedAt = Date.parse(entries.signed_utc);
  const now = judgedAt(signedAt);
  for (const { createdAt, expiresAt, key } of made) {
    if (Math.abs(createdAt - signedAt) > AGREEMENT_MS)
      throw refuse('its two times are more than 15 minutes apart');
    if (createdAt < key.createdAt) throw refuse('it is older than the key that signed it');
    if (key.expiresAt <= createdAt || key.expiresAt <= now) throw refuse('the key had ended');
    if (expiresAt <= now) throw refuse('the signature had ended');
  }
  const times = [signedAt, ...made.map(({ createdAt }) => createdAt)];
  if (Math.max(...times) > now)
    throw refuse('it is dated later than the recorder says that the run had ended');
  if (now >= Math.min(...times) + VALIDITY_MS) throw refuse('it was signed 24 hours before or more');
  const signers = [...new Set(made.map(({ signer }) => signer))];
  return { path, text, entries, signers, signedAt, sha256: await sha256(message) };
}
