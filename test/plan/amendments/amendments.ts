// Every amendment whose outcome is known: for a comparison of two plans, and for a cut after a cut in a database.
import type { Amendment } from './amendment.ts';
import { languages } from './languages.ts';
import { oneSeries } from './one-series.ts';
import { parts } from './parts.ts';
import { real } from './real.ts';

/** Of our own documents. */
export const own: readonly Amendment[] = [...oneSeries, ...parts, ...languages];

export const AMENDMENTS: readonly Amendment[] = [...own, ...real];
