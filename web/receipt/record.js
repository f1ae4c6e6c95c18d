// What the recorder signed: the statement of the run, and the log in which it stands (RFC 9162, DSSE, C2SP checkpoints).
import {
  canonical,
  digest,
  expectFields,
  hex,
  isDigest,
  isInstant,
  isText,
  isWhole,
  joined,
  Refusal,
  readJson,
  sha256,
  textOf,
  unbase64,
  unhex,
  utf8,
} from './bytes.js';
import { isEd25519, isSoundPoint } from './signatures.js';

export const isKey = (value) => isDigest(value) && isSoundPoint(unhex(value));

const leafHash = async (text) => digest('SHA-256', joined(Uint8Array.of(0), utf8(text)));
const nodeHash = (left, right) => digest('SHA-256', joined(Uint8Array.of(1), left, right));

/** RFC 9162, section 2.1.3.2: whether this leaf stands at this place under this head. */
export async function isIncluded({ leaf, index, size, path, head }) {
  if (index >= size) return false;
  let place = index;
  let last = size - 1;
  let node = await leafHash(leaf);
  for (const beside of path.map(unhex)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = await nodeHash(beside, node);
      while (place % 2 === 0 && place !== 0) [place, last] = [place / 2, Math.floor(last / 2)];
    } else node = await nodeHash(node, beside);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  return last === 0 && hex(node) === head;
}

const IN_TOTO = 'application/vnd.in-toto+json';
const WRONG = { code: 'statement_refused', name: 'the statement' };
const isSubject = (value) =>
  isText(value?.name) &&
  Object.keys(value).length === 2 &&
  Object.keys(value.digest ?? {}).length === 1 &&
  isDigest(value.digest.sha256 ?? value.digest.rfc9162Sha256);

/** The statement in an envelope, not yet verified. */
export function readStatement({ payload, payloadType }) {
  const text = textOf(unbase64(payload));
  if (payloadType !== IN_TOTO || text === undefined)
    throw new Refusal(WRONG.code, 'the statement is of another type');
  const statement = readJson(text, WRONG);
  expectFields(
    statement,
    {
      _type: (value) => value === 'https://in-toto.io/Statement/v1',
      predicateType: (value) => value === 'urn:countersign:run-record:1',
      subject: (value) => Array.isArray(value) && value.length >= 2 && value.every(isSubject),
      predicate: (value) => value !== null && typeof value === 'object',
    },
    WRONG,
  );
  const { predicate } = statement;
  expectFields(
    predicate,
    {
      ...{
        at: isInstant,
        cutplan_sha256: isDigest,
        evidence_sha256: isDigest,
        deployment: isText,
        document_id: isText,
      },
      ...{ repository: isText, run_id: isText, status: isText, source_commit: isText },
      log: (value) => isDigest(value?.hash) && isWhole(value.seq) && Object.keys(value).length === 2,
    },
    WRONG,
  );
  return statement;
}

/** Who signed the envelope, of the recorders that the sovereign named. */
export async function checkEnvelope({ payload, payloadType, signatures: [{ keyid, sig }] }, recorders) {
  if (!recorders.includes(keyid))
    throw new Refusal(
      WRONG.code,
      `it is signed by ${keyid}, a recorder that no approval in the receipt names`,
    );
  const bytes = unbase64(payload);
  const head = utf8(`DSSEv1 ${utf8(payloadType).length} ${payloadType} ${bytes.length} `);
  if (!(await isEd25519(unhex(keyid), { signature: unbase64(sig), message: joined(head, bytes) })))
    throw new Refusal(WRONG.code, 'the signature of the recorder does not fit');
  return keyid;
}

const NOT = { code: 'not_in_log', name: 'the leaf' };

/** `{ origin, size, root }` of a checkpoint that one of the recorders signed. */
export async function checkCheckpoint(note, { deployment, recorders }) {
  const refuse = (what) => new Refusal(NOT.code, `the checkpoint ${what}`);
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const [, origin, size, root] = /^([^\n]+)\n(0|[1-9]\d*)\n([^\n]+)\n$/.exec(text) ?? [];
  const head = unbase64(root ?? '');
  if (end < 0 || origin !== `countersign/${deployment}` || head?.length !== 32)
    throw refuse('is of another log');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0 || lines.length > 100) throw refuse('does not end as it must');
  let isSigned = false;
  for (const line of lines) {
    const [, name, encoded] = /^— ([^ +]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? [];
    const blob = unbase64(encoded ?? '');
    if (!blob || blob.length < 5) throw refuse('has a line that is no signature');
    for (const key of recorders) {
      const id = await digest('SHA-256', joined(utf8(`${origin}\n`), Uint8Array.of(1), unhex(key)));
      if (name !== origin || hex(blob.subarray(0, 4)) !== hex(id.subarray(0, 4))) continue;
      if (!(await isEd25519(unhex(key), { signature: blob.subarray(4), message: utf8(text) })))
        throw refuse('has a signature that does not fit');
      isSigned = true;
    }
  }
  if (!isSigned) throw refuse('is signed by no recorder that an approval in the receipt names');
  return { origin, size: Number(size), root: hex(head) };
}

/** The leaf must be of exactly this statement in exactly this envelope. */
export async function checkLeaf(line, { envelope, predicate }) {
  const leaf = readJson(line, NOT);
  const due = {
    ...{ at: leaf.at, format: 'countersign/log-leaf/1', hash: predicate.log.hash, run_id: predicate.run_id },
    ...{
      seq: predicate.log.seq,
      statement_sha256: await sha256(utf8(`${canonical(envelope)}\n`)),
      type: 'head',
    },
  };
  if (!isInstant(leaf.at) || canonical(due) !== line)
    throw new Refusal(NOT.code, 'the leaf is of another statement');
}
