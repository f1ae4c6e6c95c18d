// A headless Chromium with a profile of its own, spoken to over its DevTools protocol: for pages that must work in a real
// browser. Nothing of it reaches a network.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const BROWSER = process.env['CHROMIUM'] ?? 'chromium';
const START_MS = 60_000;

export function hasChromium(): boolean {
  return spawnSync(BROWSER, ['--version'], { stdio: 'ignore' }).status === 0;
}

type Values = Readonly<Record<string, unknown>>;

export interface Page {
  /** Sends one command of the protocol, and gives its result. */
  send(method: string, params?: Values): Promise<Record<string, never>>;
  /** The value of an expression in the page; a promise is awaited. Throws what the page throws. */
  ask<T>(expression: string): Promise<T>;
  /** What the page wrote to its console, and what it was not allowed to do. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

/** Opens one page. */
export async function openPage(url: string): Promise<Page> {
  const profile = await mkdtemp(join(tmpdir(), 'countersign-browser-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  const where = [`--user-data-dir=${profile}`, '--remote-debugging-port=0', 'about:blank'];
  const child = spawn(BROWSER, [...flags, ...where], { stdio: ['ignore', 'ignore', 'pipe'] });
  const socket = new WebSocket(await pageAddress(child));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the browser does not answer')), { once: true });
  });
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const complaints: string[] = [];
  const loaded = new Set<() => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data));
    if (id !== undefined) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (error) one?.reject(new Error(`${error.message}`));
      else one?.resolve(result as never);
    } else if (method === 'Page.loadEventFired') for (const done of loaded) done();
    else if (method === 'Log.entryAdded') complaints.push(params.entry.text);
    else if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.text);
  });
  let last = 0;
  const send: Page['send'] = (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ['Page', 'Runtime', 'Log', 'DOM']) await send(`${domain}.enable`);
  const load = new Promise<void>((resolve) => loaded.add(resolve));
  await send('Page.navigate', { url });
  await load;
  return {
    send,
    complaints,
    async ask(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const { result, exceptionDetails } = await send('Runtime.evaluate', options);
      if (exceptionDetails) throw new Error(`the page: ${JSON.stringify(exceptionDetails)}`);
      return (result as unknown as { value: never }).value;
    },
    async close() {
      socket.close();
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The address of the first page of a browser that is starting. */
async function pageAddress(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stderr as NodeJS.ReadableStream });
  const port = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${BROWSER} does not start`)), START_MS);
    lines.on('line', (line) => {
      const found = /^DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once('error', reject);
  });
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const pages = (await answer.json()) as { type: string; webSocketDebuggerUrl: string }[];
  const page = pages.find(({ type }) => type === 'page');
  if (!page) throw new Error(`${BROWSER} has no page`);
  return page.webSocketDebuggerUrl;
}
