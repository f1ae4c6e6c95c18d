// docs/receipt.html in a real browser: it is what the sources give, asks for nothing outside itself, accepts what is genuine,
// and refuses every tampering by its name.
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RECEIPT_REASONS } from '../../src/record/receipt-checks.ts';
import { RECEIPT_LIMITS } from '../../src/report/receipt.ts';
import { buildPage, RECEIPT_PAGE } from '../../web/receipt/build.ts';
import { readCases } from '../conformance/cases.ts';
import { hasChromium, openPage, type Page } from '../support/browser.ts';
import { onlyWhere } from '../support/skip.ts';

const CASES = readCases(['receipts']);
const genuine = CASES.find(({ name }) => name === 'genuine, of art-1') ?? expect.fail('no genuine receipt');
const fileOf = ({ question }: typeof genuine) => Buffer.from(String(question['file']), 'base64');
const pinnedOf = ({ question }: typeof genuine) => question['pinned'] as string[];

const html = readFileSync(RECEIPT_PAGE, 'utf8');

describe('the page that checks a receipt', () => {
  it('is what its sources give: `node web/receipt/build.ts`', () => {
    expect(html).toBe(buildPage());
  });

  it('is allowed its own program and style, and nothing else', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[^']*'; style-src 'sha256-[^']*'; base-uri 'none'; form-action 'none'$/,
    );
    expect(html).not.toMatch(/\b(?:src|href)=|fetch\(|XMLHttpRequest|innerHTML|eval\(/);
  });

  it('says of reasons and limits what the command line says', () => {
    const words = readFileSync(new URL('../../web/receipt/words.js', import.meta.url), 'utf8');
    for (const limit of RECEIPT_LIMITS) expect(words).toContain(limit);
    for (const reason of Object.keys(RECEIPT_REASONS)) expect(words).toContain(`${reason}:`);
  });
});

describe('in a browser', onlyWhere(hasChromium(), 'Chromium absent'), () => {
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countersign-page-'));
    page = await openPage(pathToFileURL(RECEIPT_PAGE).href);
  });
  afterAll(async () => {
    await page.close();
    await rm(folder, { recursive: true, force: true });
  });

  const checked = `(async () => {
    document.getElementById('result').hidden = true;
    document.querySelector('button[type=submit]').click();
    const until = Date.now() + 20000;
    const problem = () => document.getElementById('problem').textContent;
    while (document.getElementById('result').hidden && problem() === '' && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return [document.getElementById('verdict').textContent, document.getElementById('found').textContent, problem(), document.activeElement.id];
  })()`;
  const put = (id: string, text: string) =>
    page.ask(`document.getElementById(${JSON.stringify(id)}).value = ${JSON.stringify(text)}`);
  async function check(one: typeof genuine): Promise<[string, string, string, string]> {
    await put('fingerprint', pinnedOf(one).join('\n'));
    await put('pasted', fileOf(one).toString());
    return page.ask(checked);
  }

  it('accepts a genuine receipt, shows its text and who signed what, and moves there', async () => {
    const [verdict, found, problem, focused] = await check(genuine);
    expect(verdict).toBe('✔ Genuine: this is the text that was signed.');
    expect([problem, focused]).toEqual(['', 'verdict']);
    expect(found).toContain('Be kind to the other readers.');
    const [fingerprint = ''] = pinnedOf(genuine);
    expect(found.split(fingerprint.replace(/.{4}(?=.)/g, '$& '))).toHaveLength(4);
    expect(found).toContain('21 May 2026, 10:05:00 UTC: the holder of');
    for (const limit of RECEIPT_LIMITS) expect(found).toContain(limit);
  });

  it('takes the receipt as a file, too', async () => {
    const path = join(folder, 'one.receipt.json');
    writeFileSync(path, fileOf(genuine));
    await put('fingerprint', pinnedOf(genuine).join('\n').toLowerCase());
    await put('pasted', '');
    const { root } = (await page.send('DOM.getDocument')) as unknown as { root: { nodeId: number } };
    const asked = { nodeId: root.nodeId, selector: '#file' };
    const { nodeId } = (await page.send('DOM.querySelector', asked)) as unknown as { nodeId: number };
    await page.send('DOM.setFileInputFiles', { files: [path], nodeId });
    expect(await page.ask(checked)).toMatchObject([
      '✔ Genuine: this is the text that was signed.',
      {},
      '',
      'verdict',
    ]);
    expect(await page.ask('document.getElementById("file-hint").textContent')).toContain('one.receipt.json');
  });

  it.each(CASES.filter(({ expected }) => expected['verdict'] === 'rejected'))(
    'refuses: $name',
    async (one) => {
      const [verdict, found] = await check(one);
      expect(verdict).toBe('✘ Refused: do not rely on this receipt.');
      expect(found).toContain(`${one.expected['reason']}: `);
    },
  );

  it('asks for what is missing, and goes there', async () => {
    await put('fingerprint', 'ABCD');
    expect(await page.ask(checked)).toMatchObject({
      2: 'Give all 40 digits of the fingerprint (0-9 and A-F).',
      3: 'fingerprint',
    });
  });

  it('runs nothing that a receipt holds', async () => {
    const hostile = '{"format":"<img src=x onerror=alert(1)>"}';
    await put('fingerprint', pinnedOf(genuine).join('\n'));
    await put('pasted', hostile);
    const [verdict] = await page.ask<string[]>(checked);
    expect(verdict).toBe('✘ Refused: do not rely on this receipt.');
    expect(await page.ask('document.querySelectorAll("#found img, #found script").length')).toBe(0);
  });

  it.each([
    ['light', 1280],
    ['dark', 360],
  ])('fits its window in the %s theme, %i pixels wide', async (theme, width) => {
    await page.send('Emulation.setDeviceMetricsOverride', {
      width,
      height: 800,
      deviceScaleFactor: 1,
      mobile: false,
    });
    await page.send('Emulation.setEmulatedMedia', {
      features: [{ name: 'prefers-color-scheme', value: theme }],
    });
    await check(genuine);
    expect(await page.ask('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const contrast = await page.ask<number>(CONTRAST);
    expect(contrast).toBeGreaterThanOrEqual(4.5);
  });

  it('names every field, and complains of nothing', async () => {
    const unnamed = await page.ask(
      `[...document.querySelectorAll('input, textarea')].filter((field) => field.labels.length === 0).map((field) => field.id)`,
    );
    expect(unnamed).toEqual([]);
    expect(page.complaints).toEqual([]);
  });
});

/** The least contrast (WCAG 2.2, 1.4.3) of any text in the result with the colour that is behind it. */
const CONTRAST = `(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parts(color).map((part) => part / 255).map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((parts(color)[3] ?? 1) > 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const of = (node) => {
    const [high, low] = [light(getComputedStyle(node).color), light(behind(node))].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  return Math.min(...[...document.querySelectorAll('main *')].filter((node) => node.checkVisibility() && node.textContent.trim() !== '').map(of));
})()`;
