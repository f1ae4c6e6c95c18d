// What the demo shows while it runs: a live list in a terminal, plain lines when piped.
import { duration } from '../report/markdown.ts';

export interface Screen {
  heading(text: string): void;
  note(text: string): void;
  begin(phase: string): void;
  end(phase: string, options: { durationMs: number; ok: boolean }): void;
  print(text: string): void;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export function screen(output: Output): Screen {
  const live = output.isTTY === true;
  const paint = (code: string, text: string): string => (live ? `\u001b[${code}m${text}\u001b[0m` : text);
  const line = (text: string): void => {
    output.write(`${live ? '\r\u001b[K' : ''}${text}\n`);
  };
  return {
    heading: (text) => line(`\n${paint('1', text)}`),
    note: (text) => line(`  ${paint('2', text)}`),
    begin(phase) {
      if (live) output.write(`\r\u001b[K  ${paint('33', '…')} ${phase}`);
    },
    end(phase, { durationMs, ok }) {
      const mark = ok ? paint('32', '✓') : paint('31', '✗');
      line(`  ${mark} ${phase.padEnd(20)} ${paint('2', duration(durationMs).padStart(9))}`);
    },
    print: (text) => line(text),
  };
}
