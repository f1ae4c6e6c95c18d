// A document that this deployment governs, and how it is cut.
import type { Granularity } from '../document/unit.ts';

export interface Target {
  readonly document_id: string;
  /** Where the document stands in the repository. */
  readonly path: string;
  /** Undefined: the language of its labels is found out from the document. */
  readonly profile?: string | undefined;
  readonly granularity: Granularity;
}
