import { roles } from '@wbm/domain';
import { z } from 'zod';

export const sessionView = z.object({
  user: z.object({ email: z.email(), name: z.string().nullable() }),
  workspace: z.object({ id: z.uuid(), name: z.string() }),
  role: z.enum(roles),
  mode: z.enum(['embedded', 'server']),
  assistant: z.enum(['scripted', 'model']).describe('scripted: no AI key is set and the built-in assistant answers.'),
});
export type SessionView = z.output<typeof sessionView>;
