import { PassThrough } from 'node:stream';
import { WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Screen, screen } from '../../src/local/demo-screen.ts';
import { hasColours } from '../../src/local/terminal.ts';

const DECIDING = ['NO_COLOR', 'FORCE_COLOR', 'NODE_DISABLE_COLORS', 'TERM', 'COLORTERM', 'CI', 'TMUX'];
const before = Object.fromEntries(DECIDING.map((name) => [name, process.env[name]]));

beforeEach(() => {
  for (const name of DECIDING) delete process.env[name];
  process.env['TERM'] = 'xterm-256color';
});
afterEach(() => {
  for (const [name, value] of Object.entries(before))
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
});

/** A terminal as Node sees one, whose text can be read. */
function terminal(isTTY: boolean): PassThrough & { isTTY: boolean } {
  const { getColorDepth, hasColors } = WriteStream.prototype;
  return Object.assign(new PassThrough(), { isTTY, getColorDepth, hasColors });
}

const ESCAPE = '\u001b[';

function shown(isTTY: boolean, show: (on: Screen) => void): string {
  const output = terminal(isTTY);
  show(screen(output));
  return String(output.read() ?? '');
}

function everything(on: Screen): void {
  on.heading('A heading');
  on.note('a note');
  on.end('mark', { durationMs: 5, ok: true });
  on.end('cutplan', { durationMs: 5, ok: false });
}

describe('colours', () => {
  it('are shown in a terminal, and not where the output is piped', () => {
    expect(shown(true, everything)).toContain(`${ESCAPE}1mA heading`);
    expect(shown(false, everything)).not.toContain('\u001b');
  });

  it('are left out with NO_COLOR, also in a terminal', () => {
    process.env['NO_COLOR'] = '1';
    expect(shown(true, everything)).not.toMatch(/\u001b\[\d+m/);
    expect(hasColours(terminal(true))).toBe(false);
  });

  it('are kept with FORCE_COLOR, also where the output is piped', () => {
    process.env['FORCE_COLOR'] = '1';
    expect(shown(false, everything)).toContain(`${ESCAPE}1mA heading`);
    expect(hasColours(terminal(false))).toBe(true);
  });
});
