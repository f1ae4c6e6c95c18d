// What can be wrong with a document before any structure is looked for.
// Thrown, never a verdict: a document that cannot be read exactly is not cut at all.

export type DocumentFaultCode = 'empty' | 'invalid_utf8' | 'nul_byte' | 'too_large' | 'unknown_profile';

/** The document cannot be cut as it stands; the message says what is wrong and what to do. */
export class DocumentFault extends Error {
  readonly code: DocumentFaultCode;
  /** Where it is wrong, counted in bytes from the start of the document. */
  readonly byteOffset?: number;

  constructor(code: DocumentFaultCode, message: string, at?: { byteOffset: number }) {
    super(message);
    this.name = 'DocumentFault';
    this.code = code;
    if (at) this.byteOffset = at.byteOffset;
  }
}
