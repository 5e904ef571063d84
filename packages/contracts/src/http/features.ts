import { z } from 'zod';
import { botId, rowVersion } from '../define.ts';
import { instant } from './page.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as 09:00');

export const featuresView = z.object({
  botId,
  schedulingEnabled: z.boolean(),
  autoResponseEnabled: z.boolean(),
  leadCaptureEnabled: z.boolean(),
  workingHoursEnabled: z.boolean(),
  workingHoursStart: clockTime.describe("In the bot's time zone."),
  workingHoursEnd: clockTime.describe('Before the start means over midnight.'),
  updatedAt: instant,
  version: rowVersion,
});

export const putFeatures = featuresView.omit({ botId: true, updatedAt: true });

export type FeaturesView = z.output<typeof featuresView>;
