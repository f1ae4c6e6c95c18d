// The page: takes a fingerprint and a receipt, and shows what becomes of them. Nothing is stored, and nothing is sent.
import { seen } from './approval.js';
import { textOf, unbase64, utf8 } from './bytes.js';
import { STEPS, tidyFingerprint, verifyReceipt } from './receipt.js';
import { grouped, LIMITS, REASON_WORDS, STEP_WORDS, storyOf, timeOf } from './words.js';

const byId = (id) => document.getElementById(id);

function element(name, { className = '', text } = {}, ...children) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

function pinnedIn(text) {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const pinned = lines.map(tidyFingerprint);
  return pinned.length > 0 && !pinned.includes(undefined) ? pinned : undefined;
}

let chosen;

async function receiptBytes() {
  const pasted = byId('pasted').value.trim();
  if (pasted !== '') return utf8(`${pasted}\n`);
  return chosen === undefined ? undefined : new Uint8Array(await chosen.arrayBuffer());
}

async function check() {
  const problem = byId('problem');
  problem.textContent = '';
  byId('result').hidden = true;
  const pinned = pinnedIn(byId('fingerprint').value);
  if (!pinned) return ask('fingerprint', 'Give all 40 digits of the fingerprint (0-9 and A-F).');
  const bytes = await receiptBytes();
  if (!bytes) return ask('file', 'Choose the file of the receipt, or paste its text.');
  if (!globalThis.crypto?.subtle) {
    problem.textContent =
      'This browser computes digests only for pages from a file or over https: open the saved page.';
    return;
  }
  show(await verifyReceipt(bytes, pinned));
}

function ask(id, what) {
  byId('problem').textContent = what;
  byId(id).focus();
}

function show(verdict) {
  const isGenuine = verdict.verdict === 'genuine';
  const result = byId('result');
  result.className = isGenuine ? 'genuine' : 'refused';
  const title = isGenuine
    ? '✔ Genuine: this is the text that was signed.'
    : '✘ Refused: do not rely on this receipt.';
  byId('verdict').textContent = title;
  byId('found').replaceChildren(...(isGenuine ? genuine(verdict) : refused(verdict)), ...steps(verdict));
  result.hidden = false;
  byId('verdict').focus();
  byId('said').textContent = title;
}

function genuine(verdict) {
  const { receipt, row } = verdict;
  const text =
    receipt.text ??
    textOf(unbase64(receipt.text_base64)) ??
    `(bytes that are no text) ${receipt.text_base64}`;
  const story = storyOf(verdict).map(({ at, who, what }) =>
    element(
      'li',
      {},
      element('span', { className: 'when', text: `${timeOf(at)}: ` }),
      element('span', { className: 'digits', text: `${who} ${what}.` }),
    ),
  );
  return [
    element('h3', {}, element('span', { className: 'name', text: seen(row.title) })),
    element('p', { className: 'hint', text: `${seen(receipt.key)} in ${receipt.document_id}` }),
    element('pre', { text: seen(text) }),
    element('h3', { text: 'Who signed what, and when' }),
    element('ol', {}, ...story),
    element('h3', { text: 'What this does not prove' }),
    element('ul', {}, ...LIMITS.map((text) => element('li', { text }))),
    element('h3', { text: 'The signed texts' }),
    ...verdict.approvals.map(({ path, text: signed }) =>
      element('details', {}, element('summary', { text: path }), element('pre', { text: seen(signed) })),
    ),
    element('h3', { text: 'For whoever looks further' }),
    facts(verdict),
  ];
}

function facts({ receipt, recorder, checkpoint, statement }) {
  const rows = [
    ['Run', receipt.run_id],
    ['Digest of the plan that SG_1 signs', receipt.plan.head],
    ['Recorder, as the sovereign named it', grouped(recorder)],
    ['Entry of the run’s log', `${statement.predicate.log.seq}, ${statement.predicate.log.hash}`],
    ['Log', `${checkpoint.origin}, leaf ${receipt.log.index} of ${checkpoint.size}, head ${checkpoint.root}`],
  ];
  return element(
    'dl',
    {},
    ...rows.flatMap(([name, text]) => [element('dt', { text: name }), element('dd', { text: seen(text) })]),
  );
}

function refused({ code, what }) {
  return [
    element('p', { text: REASON_WORDS[code] ?? REASON_WORDS.receipt_malformed }),
    element('p', { className: 'detail hint', text: seen(`${code}: ${what}`).slice(0, 600) }),
    element('p', {
      text: 'Ask whoever gave it to you for the file as it was made. If it stays refused, somebody changed it.',
    }),
  ];
}

function steps({ passed }) {
  const rows = STEPS.map((step, place) => {
    const mark = place < passed.length ? '✔ ' : place === passed.length ? '✘ Failed: ' : '– Not reached: ';
    return element('li', { text: `${mark}${STEP_WORDS[step]}` });
  });
  return [element('h3', { text: 'What was checked' }), element('ul', { className: 'steps' }, ...rows)];
}

const drop = byId('drop');
for (const name of ['dragover', 'dragleave', 'drop'])
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', name === 'dragover');
    if (name === 'drop') take(event.dataTransfer.files[0]);
  });
byId('file').addEventListener('change', (event) => take(event.target.files[0]));

function take(file) {
  if (!file) return;
  chosen = file;
  byId('pasted').value = '';
  byId('file-hint').textContent = `Taken: ${seen(file.name)}, ${file.size} bytes.`;
}

byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  check();
});
