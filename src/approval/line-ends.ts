// The same text with the other line ends: what git makes of a file where core.autocrlf is set, so that a signature over the
// one form does not fit the other. Only for saying so; nothing is ever accepted in another form than it was given.

export interface OtherForm {
  readonly ends: 'LF' | 'CRLF';
  readonly bytes: Uint8Array;
}

export function withOtherLineEnds(bytes: Uint8Array): OtherForm {
  const text = Buffer.from(bytes).toString('latin1');
  const ends = text.includes('\r\n') ? 'LF' : 'CRLF';
  const other = ends === 'LF' ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n');
  return { ends, bytes: Buffer.from(other, 'latin1') };
}

export function saysWhoChanged({ ends }: OtherForm): string {
  return (
    `; it fits the same text with ${ends} line ends, so git changed them after it was signed (core.autocrlf): ` +
    'put `approvals/** -text` into .gitattributes, and take the file as it was signed'
  );
}
