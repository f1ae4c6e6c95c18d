// A receipt, step by step: from the text up to the sovereign's signatures, and from these to the recorder and the log.
// The steps and the codes are those of docs/receipt.md; nothing of the command line's code is used.
import { checkApproval, readFrontMatter, timeOfJudgement } from './approval.js';
import {
  digestsIn,
  expectFields,
  isDigest,
  isInstant,
  isText,
  isWhole,
  Refusal,
  readJson,
  sha256,
  textOf,
  unbase64,
  utf8,
} from './bytes.js';
import { readCertificate } from './certificate.js';
import {
  checkCheckpoint,
  checkEnvelope,
  envelopeOf,
  fullStatement,
  isIncluded,
  isKey,
  leafOf,
} from './record.js';

export const STEPS = ['form', 'text', 'plan', 'opening', 'cut', 'enactment', 'statement', 'log'];

const LIMIT_BYTES = 4 * 1024 * 1024;
const isTextList = (value, most) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= most &&
  value.every((one) => typeof one === 'string');
const isBase64 = (value) => typeof value === 'string' && unbase64(value) !== undefined;
const isPath = (value) =>
  isBase64(value) && unbase64(value).length % 32 === 0 && unbase64(value).length <= 53 * 32;
const any = (value) => typeof value === 'string';
const PLAN = {
  ...{ head: isDigest, header: any, header_path: isPath, line: any, path: isPath },
  ...{ index: (value) => isWhole(value) && value > 0, size: (value) => isWhole(value) && value > 0 },
};
const isApprovalPath = (value) => /^approvals\/[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.md$/.test(value);
const APPROVAL = {
  path: isApprovalPath,
  text: any,
  signatures: (value) => isTextList(value, 16),
};
const MALFORMED = 'receipt_malformed';

function readReceipt(bytes) {
  if (bytes.length > LIMIT_BYTES) throw new Refusal(MALFORMED, 'the file is larger than 4 MiB');
  const text = textOf(bytes);
  if (text === undefined || !text.endsWith('\n'))
    throw new Refusal(MALFORMED, 'the file is no text, or it is cut short');
  const receipt = readJson(text.slice(0, -1), { code: MALFORMED, name: 'the file' });
  const within = (value, fields, name) => {
    expectFields(value, fields, { code: MALFORMED, name });
    return true;
  };
  const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
  const body = 'text_base64' in receipt ? { text_base64: isBase64 } : { text: any };
  within(
    receipt,
    {
      ...body,
      format: (value) => value === 'countersign/receipt/1',
      deployment: (value) => /^[a-z0-9][a-z0-9-]{0,62}$/.test(value),
      document_id: (value) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(value),
      run_id: (value) => /^run-\d{8}-[0-9a-f]{16}$/.test(value),
      key: isText,
      plan: (value) => isObject(value) && within(value, PLAN, 'the plan'),
      evidence: any,
      approvals: (value) =>
        Array.isArray(value) &&
        value.length >= 3 &&
        value.length <= 16 &&
        value.every((one) => isObject(one) && within(one, APPROVAL, 'an approval')),
      keys: (value) => isTextList(value, 16),
      statement: (value) => isObject(value) && within(value, STATEMENT, 'the statement'),
      log: (value) => isObject(value) && within(value, LOG, 'the log'),
    },
    'the receipt',
  );
  return receipt;
}

const LOG = { checkpoint: any, index: isWhole, path: isPath };
const isFile = (value, isName) =>
  Object.keys(value ?? {})
    .sort()
    .join() === 'path,sha256' &&
  isName(value.path) &&
  isDigest(value.sha256);
const STATEMENT = {
  at: isInstant,
  approvals: (value) =>
    Array.isArray(value) &&
    value.length <= 256 &&
    value.every((one) => isWhole(one) || isFile(one, isApprovalPath)),
  backup: (value) => value === null || isFile(value, isText),
  change_set: (value) => value === null || isText(value),
  ...{ events_sha256: isDigest, plan_sha256: isDigest, keyid: isKey, sig: isBase64 },
  log: (value) =>
    isDigest(value?.hash) && isWhole(value.seq) && value.seq > 0 && Object.keys(value).length === 2,
  ...{ repository: isText, source_path: isText },
  source_commit: (value) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value),
};

const bodyOf = ({ text, text_base64 }) => (text === undefined ? unbase64(text_base64) : utf8(text));

async function checkText(receipt) {
  const row = readJson(receipt.plan.line, { code: 'not_in_plan', name: 'the row' });
  if (!['create', 'revise', 'move', 'renumber', 'keep'].includes(row.action) || !isText(row.title))
    throw new Refusal('not_in_plan', 'the row is no row of a plan');
  if (row.key !== receipt.key)
    throw new Refusal('text_differs', `the row is of ${row.key}, the receipt of ${receipt.key}`);
  const found = await sha256(bodyOf(receipt));
  if (found !== row.body_sha256)
    throw new Refusal('text_differs', `the text has the digest ${found}, the plan names ${row.body_sha256}`);
  return row;
}

async function checkPlan({ plan, document_id }) {
  const { head, header, header_path, line, index, size, path } = plan;
  if (!(await isIncluded({ leaf: header, index: 0, size, path: digestsIn(header_path), head })))
    throw new Refusal('not_in_plan', 'the header does not lead to the head of the plan');
  if (!(await isIncluded({ leaf: line, index, size, path: digestsIn(path), head })))
    throw new Refusal(
      'not_in_plan',
      `the row does not lead to the head of the plan as line ${index} of ${size}`,
    );
  const read = readJson(header, { code: 'not_in_plan', name: 'the header' });
  if (
    read.format !== 'countersign/plan/1' ||
    read.document_id !== document_id ||
    !isDigest(read.source_sha256)
  )
    throw new Refusal('not_in_plan', 'the plan is of another document');
  return read;
}

async function pinnedKeys({ keys }, pinned) {
  const found = new Map();
  for (const armored of keys) {
    const certificate = await readCertificate(armored);
    if (!pinned.includes(certificate[0].primary)) continue;
    for (const key of certificate) {
      const other = found.get(key.fingerprint);
      // What a key says of itself goes before what another certificate says of it.
      if (!other || (other.flaw && !key.flaw) || key.fingerprint === key.primary)
        found.set(key.fingerprint, key);
    }
  }
  if (found.size === 0)
    throw new Refusal('approval_refused', 'none of the keys in it has a fingerprint that you named');
  return found;
}

const ORDER = 'they are not the opening, SG_1 and SG_2 in this order';

async function checkApprovals(receipt, { header, keys, at, pass }) {
  const judgedAt = (signedAt) => timeOfJudgement(signedAt, at);
  const { approvals, deployment, document_id, run_id, plan } = receipt;
  const gates = approvals.map(({ path, text }) => readFrontMatter(text, path).gate);
  const due = ['GAP7_execution_enable', 'SG_1_cut_authz', 'SG_2_lifecycle_authz'];
  const enables = approvals.slice(0, -2);
  if (gates.some((gate, place) => gate !== due[Math.max(0, place - enables.length + 1)]))
    throw new Refusal('approval_elsewhere', ORDER);
  const whole = { deployment, document_id, source_sha256: header.source_sha256, mode: 'LIVE' };

  const proved = [];
  for (const [place, approval] of enables.entries()) {
    const expected = {
      ...whole,
      ...(place > 0 ? { run_id } : { run_id: undefined, accepts_sha256: header.accepts_sha256 ?? undefined }),
    };
    proved.push(await checkApproval(approval, { keys, judgedAt, expected }));
  }
  const [opening] = proved;
  const opened = `run-${opening.entries.signed_utc.slice(0, 10).replaceAll('-', '')}-${opening.sha256.slice(0, 16)}`;
  if (opened !== run_id)
    throw new Refusal('approval_elsewhere', `the opening opens ${opened}, the receipt is of ${run_id}`);
  pass('opening');
  proved.push(
    await checkApproval(approvals.at(-2), {
      keys,
      judgedAt,
      expected: { run_id, cutplan_sha256: plan.head },
    }),
  );
  pass('cut');

  const evidence = readJson(receipt.evidence, { code: 'evidence_differs', name: 'the evidence' });
  const facts = {
    format: 'countersign/evidence/1',
    run_id,
    document_id,
    cutplan_sha256: plan.head,
    source_sha256: header.source_sha256,
  };
  for (const [name, value] of Object.entries(facts))
    if (evidence[name] !== value)
      throw new Refusal('evidence_differs', `its ${name} is ${evidence[name]}, expected ${value}`);
  const evidence_sha256 = await sha256(utf8(receipt.evidence));
  proved.push(
    await checkApproval(approvals.at(-1), { keys, judgedAt, expected: { run_id, evidence_sha256 } }),
  );
  pass('enactment');
  return { proved, evidence_sha256 };
}

async function checkStatement(receipt, { header, proved, evidence_sha256 }) {
  const recorders = proved.map(({ entries }) => entries.recorder_key).filter(isKey);
  const digests = await Promise.all(receipt.approvals.map(({ text }) => sha256(utf8(text))));
  const statement = fullStatement(receipt, { header, evidence_sha256, digests });
  const used = statement.subject.map(({ name, digest }) => `${name} ${digest.sha256}`);
  const unused = proved.find(({ path, sha256: own }) => !used.includes(`${path} ${own}`));
  if (unused)
    throw new Refusal('statement_elsewhere', `it does not say that the run has used ${unused.path}`);
  const envelope = envelopeOf(receipt.statement, statement);
  const recorder = await checkEnvelope(envelope, recorders);
  return { statement, envelope, recorder, recorders };
}

/** A fingerprint as people copy it, in its one form; undefined for what is none. */
export function tidyFingerprint(text) {
  const tidy = text.replace(/\s/g, '').toUpperCase();
  return /^[0-9A-F]{40}$/.test(tidy) ? tidy : undefined;
}

/**
 * `{ verdict: 'genuine', … }`, or `{ verdict: 'refused', code, what, step }`. `pinned` are fingerprints of 40 digits that
 * come from the reader, never from the receipt.
 */
export async function verifyReceipt(bytes, pinned) {
  const passed = [];
  const pass = (step) => passed.push(step);
  try {
    const receipt = readReceipt(bytes);
    pass('form');
    const row = await checkText(receipt);
    pass('text');
    const header = await checkPlan(receipt);
    pass('plan');
    const at = Date.parse(receipt.statement.at);
    const keys = await pinnedKeys(receipt, pinned);
    const { proved, evidence_sha256 } = await checkApprovals(receipt, { header, keys, at, pass });
    const { statement, envelope, recorder, recorders } = await checkStatement(receipt, {
      header,
      proved,
      evidence_sha256,
    });
    pass('statement');
    const { deployment, log } = receipt;
    const checkpoint = await checkCheckpoint(log.checkpoint, { deployment, recorders });
    const leaf = await leafOf(statement.predicate, envelope);
    const { size, root } = checkpoint;
    if (!(await isIncluded({ leaf, index: log.index, size, path: digestsIn(log.path), head: root })))
      throw new Refusal(
        'not_in_log',
        `the leaf of the statement does not lead to the checkpoint as number ${log.index} of ${size}`,
      );
    pass('log');
    return {
      verdict: 'genuine',
      receipt,
      row,
      header,
      approvals: proved,
      statement,
      recorder,
      checkpoint,
      passed,
    };
  } catch (error) {
    // A hostile file may break any step in a way that nobody has named: that is no receipt, and never a yes.
    const { code = MALFORMED, message } = error;
    return { verdict: 'refused', code, what: message, step: STEPS[passed.length], passed };
  }
}
