// The golden book: every page of what people are told on GitHub and in git.

import type { Page } from './page.ts';
import { checks } from './pages/checks.ts';
import { holds, issues } from './pages/holds.ts';
import { progress } from './pages/progress.ts';
import { record } from './pages/record.ts';
import { refusals } from './pages/refusals.ts';
import { requests } from './pages/requests.ts';
import { shortened } from './pages/shortened.ts';
import { signed } from './pages/signed.ts';

export const BOOK: readonly Page[] = [
  progress,
  requests,
  holds,
  issues,
  refusals,
  checks,
  signed,
  record,
  shortened,
];
