// A page of the golden book: what people are told, one text below the other, so that it reads from top to bottom.

export interface Page {
  /** The file in this folder. */
  readonly file: string;
  render(): Promise<string> | string;
}

export function page(title: string, intro: string, sections: readonly string[]): string {
  return `${[`# ${title}`, intro, ...sections].join('\n\n')}\n`;
}

/** One text with the situation in which people get it. */
export function told(situation: string, text: string): string {
  return `---\n\n## ${situation}\n\n${text.trimEnd()}`;
}

/** A title and other short texts that stand beside a longer one. */
export function titled(label: string, text: string): string {
  return `**${label}:** ${text}`;
}

/** What is not Markdown on GitHub, as it stands. */
export function verbatim(text: string): string {
  return `\`\`\`\`text\n${text.trimEnd()}\n\`\`\`\``;
}

/** What is seen without unfolding anything. The folds stand on the page once, in full. */
export function unfolded(text: string): string {
  return text
    .replace(/^<!-- .* -->\n\n/, '')
    .replace(/<details>.*?<\/details>\n*/gs, '')
    .trimEnd();
}
