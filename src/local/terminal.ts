// Colours, in one place: only where a person looks at a terminal, never with NO_COLOR, always with FORCE_COLOR.
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

export function paint(style: Style, text: string, stream: NodeJS.WritableStream = process.stdout): string {
  return styleText(style, text, { stream });
}

export function hasColours(stream: NodeJS.WritableStream = process.stdout): boolean {
  return paint('bold', '.', stream) !== '.';
}
