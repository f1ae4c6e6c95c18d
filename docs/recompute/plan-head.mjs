// Prints cutplan_sha256 of a plan.jsonl: the RFC 9162 tree head of its lines. node plan-head.mjs plan.jsonl
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const lines = readFileSync(process.argv[2], 'latin1').split('\n');
if (lines.pop() !== '') throw new Error('the last line does not end with a line feed: the file is cut short');
let level = lines.map((line) => sha256(Buffer.of(0), Buffer.from(line, 'latin1')));
while (level.length > 1) {
  const pairs = level.flatMap((left, at) => (at % 2 === 0 ? [[left, level[at + 1]]] : []));
  level = pairs.map(([left, right]) => (right ? sha256(Buffer.of(1), left, right) : left));
}
console.log((level[0] ?? sha256()).toString('hex'));
