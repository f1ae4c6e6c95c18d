// Builds docs/receipt.html: one file with its style and its program inside, each allowed by its digest and nothing else.
// `node web/receipt/build.ts` writes it; a test holds that what is committed is what this gives.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MODULES = [
  'bytes',
  'signatures',
  'packets',
  'certificate',
  'approval',
  'record',
  'receipt',
  'words',
  'page',
];

export const RECEIPT_PAGE = fileURLToPath(new URL('../../docs/receipt.html', import.meta.url));

const source = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** The modules one after the other, as one: what they import from each other stands there already. */
function script(): string {
  return MODULES.map((name) => source(`${name}.js`))
    .map((text) => text.replace(/^import [\s\S]*?;\n/gm, '').replace(/^export /gm, ''))
    .join('\n');
}

export function buildPage(): string {
  const [style, program] = [source('style.css'), script()];
  const policy = [
    "default-src 'none'",
    `script-src ${digest(program)}`,
    `style-src ${digest(style)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Readonly<Record<string, string>> = { policy, style, script: program };
  return source('page.html').replace(/\{\{(\w+)\}\}/g, (_, name: string) => parts[name] ?? '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(RECEIPT_PAGE, buildPage());
