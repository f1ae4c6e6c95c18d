// What the demo shows while it runs: a live list in a terminal, plain lines when piped.
import { duration } from '../report/markdown.ts';
import { paint } from './terminal.ts';

export interface Screen {
  heading(text: string): void;
  note(text: string): void;
  begin(phase: string): void;
  end(phase: string, options: { durationMs: number; ok: boolean }): void;
  print(text: string): void;
}

export function screen(output: NodeJS.WritableStream & { readonly isTTY?: boolean }): Screen {
  const live = output.isTTY === true;
  const bold = (text: string): string => paint('bold', text, output);
  const dim = (text: string): string => paint('dim', text, output);
  const line = (text: string): void => {
    output.write(`${live ? '\r\u001b[K' : ''}${text}\n`);
  };
  return {
    heading: (text) => line(`\n${bold(text)}`),
    note: (text) => line(`  ${dim(text)}`),
    begin(phase) {
      if (live) output.write(`\r\u001b[K  ${paint('yellow', '…', output)} ${phase}`);
    },
    end(phase, { durationMs, ok }) {
      const mark = ok ? paint('green', '✓', output) : paint('red', '✗', output);
      line(`  ${mark} ${phase.padEnd(20)} ${dim(duration(durationMs).padStart(9))}`);
    },
    print: (text) => line(text),
  };
}
