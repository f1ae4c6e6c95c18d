// What was asked for at the command line, decoded once.

import type { Gate } from '../approval/gates.ts';
import type { KeyFile } from '../approval/key-ring.ts';
import type { Granularity } from '../document/unit.ts';
import type { Environment } from './program.ts';

export type Wanted =
  /** Whatever waits, or a gate of one run. */
  | { readonly is: 'run'; readonly runId: string | null; readonly gate: Gate | null }
  | { readonly is: 'opening'; readonly documentId: string }
  | { readonly is: 'withdrawal'; readonly path: string }
  /** A further signature: the number of a pull request, or a branch. */
  | { readonly is: 'co-signature'; readonly pull: string }
  | { readonly is: 'packing'; readonly folder: string }
  | { readonly is: 'carrying'; readonly folder: string };

export interface Asked {
  readonly wanted: Wanted;
  /** The clone; null: what was packed into `offline`. */
  readonly directory: string;
  readonly offline: string | null;
  readonly remote: string;
  /** Named on the command line or in the environment; null: what is kept, or the own key. */
  readonly signers: { readonly fingerprints: readonly string[]; readonly files: readonly KeyFile[] } | null;
  readonly key: string | null;
  readonly threshold: number;
  readonly recorderKey: string | null;
  readonly deployment: string | null;
  readonly path: string | null;
  readonly profile: string | null;
  readonly granularity: Granularity | null;
  readonly accept: boolean;
  readonly repository: string | null;
  readonly apiUrl: string | undefined;
  readonly token: string | undefined;
  readonly environment: Environment;
}

export type Ended = 'done' | 'refused' | 'not_named' | 'nothing_waits';
