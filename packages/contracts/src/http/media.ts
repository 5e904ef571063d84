import { z } from 'zod';

export const uploadQuery = z.object({
  as: z
    .enum(['voice', 'document'])
    .optional()
    .describe('`voice`: a sound goes as a voice note. `document`: whatever it is, it goes as a document.'),
});

/** A form with one file in it; its bytes say what it is, its declared type does not count. */
export const uploadForm = z.object({
  file: z.string().meta({ format: 'binary' }).optional().describe('The file, with its name.'),
});
