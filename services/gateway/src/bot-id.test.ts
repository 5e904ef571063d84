import { botId } from '@wbm/contracts';
import { describe, expect, it } from 'vitest';
import { slugOf } from './bot-id.ts';

describe('slugOf', () => {
  it.each([
    ['Casa Verde', 'casa-verde'],
    ['  Imobiliária São João!  ', 'imobiliaria-sao-joao'],
    ['--A__B--', 'a-b'],
    ['株式会社', 'bot'],
    ['🏠', 'bot'],
    ['x'.repeat(80), 'x'.repeat(48)],
    [`${'x'.repeat(47)} y`, 'x'.repeat(47)],
    ['2 Guys', '2-guys'],
  ])('%s → %s', (name, id) => {
    expect(slugOf(name)).toBe(id);
    expect(botId.safeParse(id).success).toBe(true);
  });
});
