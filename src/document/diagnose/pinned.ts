// Whether the labels are read as the document's language writes them, and as at its latest cut: another profile or another
// depth would retire every unit and create it again under another address.
import type { Detection } from '../detect.ts';
import type { Granularity } from '../unit.ts';
import type { Finding } from './finding.ts';

export interface Pinned {
  readonly profile: string;
  readonly granularity: Granularity;
}

export interface Choice {
  readonly profile: string;
  readonly granularity: Granularity;
  readonly pinned: Pinned | undefined;
  /** Absent where the profile was named or pinned. */
  readonly detection: Detection | undefined;
}

export function findChanges({ profile, granularity, pinned }: Choice, bytes: number): Finding[] {
  const whole = { byteStart: 0, byteEnd: bytes };
  const found: Finding[] = [];
  if (pinned && pinned.profile !== profile)
    found.push({
      ...{ code: 'profile_changed', severity: 'blocking', ...whole },
      message: `this document was last cut by profile ${pinned.profile} and would now be cut by ${profile}: keep ${pinned.profile}, or accept that its units get other addresses`,
    });
  if (pinned && pinned.granularity !== granularity)
    found.push({
      ...{ code: 'granularity_changed', severity: 'blocking', ...whole },
      message: `this document was last cut by ${pinned.granularity} and would now be cut by ${granularity}: keep ${pinned.granularity}, or accept that units appear or retire`,
    });
  return found;
}

export function findDoubt({ profile, detection }: Choice, bytes: number): Finding[] {
  if (!detection || detection.certain) return [];
  const { best, runnerUp, words } = detection;
  const counts = `${best.count} of its ${words} words are of ${best.language}, ${runnerUp.count} of ${runnerUp.language}`;
  const message = `the language is uncertain (${counts}), and the document is cut by profile ${profile}: name the profile that is right`;
  return [{ code: 'profile_uncertain', severity: 'warning', byteStart: 0, byteEnd: bytes, message }];
}
