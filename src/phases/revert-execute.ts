import { z } from 'zod';
import type { Phase } from './phase.ts';

export const revertExecute: Phase<unknown> = {
  name: 'revert_execute',
  output: z.unknown(),
  run: async () => {
    throw new Error('to be written with the compensation');
  },
  report: () => [],
};
