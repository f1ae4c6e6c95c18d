// What a run of the suite came to, read from its JSON report. A test that does not run says why in its `meta`
// (test/support/skip.ts); whatever says nothing is counted under UNSTATED, so that nothing is skipped in silence.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { z } from 'zod';

export interface SuiteResult {
  readonly passed: number;
  /** Failed tests, and files of which no test could be run. */
  readonly failed: number;
  /** Names of the tests that did not run, by reason. */
  readonly skipped: Readonly<Record<string, readonly string[]>>;
}

export const UNSTATED = 'no reason stated';

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          meta: z.object({ skipped: z.string().optional() }).optional(),
        }),
      ),
    }),
  ),
});

/** `root` is what the names of the files are told relative to. */
export async function readSuite(reportPath: string, root: string): Promise<SuiteResult> {
  const { testResults } = reportSchema.parse(JSON.parse(await readFile(reportPath, 'utf8')));
  const skipped: Record<string, string[]> = {};
  let passed = 0;
  let failed = 0;
  for (const file of testResults) {
    const before = failed;
    for (const { fullName, status, meta } of file.assertionResults) {
      if (status === 'passed') passed += 1;
      else if (status === 'failed') failed += 1;
      else {
        skipped[meta?.skipped ?? UNSTATED] ??= [];
        skipped[meta?.skipped ?? UNSTATED]?.push(`${relative(root, file.name)}: ${fullName.trim()}`);
      }
    }
    // A file that breaks while it is loaded has no test that could fail.
    if (file.status === 'failed' && failed === before) failed += 1;
  }
  return { passed, failed, skipped };
}

export function countSkipped({ skipped }: Pick<SuiteResult, 'skipped'>): number {
  return Object.values(skipped).reduce((sum, names) => sum + names.length, 0);
}

/** For a terminal: what was skipped, by reason, and one closing line. */
export function suiteLines(result: SuiteResult): string[] {
  return [
    ...Object.entries(result.skipped).map(([reason, names]) => `skipped, ${reason}: ${names.length}`),
    `${result.passed} passed, ${result.failed} failed, ${countSkipped(result)} skipped`,
  ];
}
