// Paragraphs and headings at the margin: they know their lines, and read their text from the bytes whenever it is looked at.
// A law has a hundred thousand of them; held by each, the texts would be the document once or twice more.
import type { HeadingBlock, TextBlock } from './blocks.ts';
import type { LineCursor } from './line-cursor.ts';
import { headingText } from './line-rules.ts';

export class MarginText implements TextBlock {
  readonly line: number;
  readonly end: number;
  readonly marker: string;
  readonly #cursor: LineCursor;

  constructor(cursor: LineCursor, at: { line: number; end: number; marker: string }) {
    this.#cursor = cursor;
    this.line = at.line;
    this.end = at.end;
    this.marker = at.marker;
  }

  get type() {
    return 'text' as const;
  }

  get depth() {
    return 0;
  }

  get text(): string {
    const cursor = this.#cursor;
    return cursor.trimmed(cursor.startOf(this.line), cursor.startOf(this.end));
  }
}

export class MarginHeading implements HeadingBlock {
  readonly line: number;
  readonly end: number;
  readonly level: number;
  readonly #cursor: LineCursor;

  constructor(cursor: LineCursor, at: { line: number; end: number; level: number }) {
    this.#cursor = cursor;
    this.line = at.line;
    this.end = at.end;
    this.level = at.level;
  }

  get type() {
    return 'heading' as const;
  }

  /** One that takes several lines is underlined by its last. */
  get text(): string {
    const cursor = this.#cursor;
    const underline = this.end - 1;
    if (underline > this.line) return cursor.trimmed(cursor.startOf(this.line), cursor.startOf(underline));
    cursor.goTo(this.line);
    return headingText(cursor, this.level);
  }
}
