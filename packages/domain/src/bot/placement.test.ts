import { describe, expect, test } from 'vitest';
import { botsToTake } from './placement.ts';

describe('bots a runner takes', () => {
  test.each([
    ['alone it takes all', { capacity: 10, held: 0, bots: 4, runners: 1, unplaced: 4 }, 4],
    ['never above its capacity', { capacity: 3, held: 1, bots: 9, runners: 1, unplaced: 8 }, 2],
    ['half of an odd number, rounded up', { capacity: 10, held: 0, bots: 5, runners: 2, unplaced: 5 }, 3],
    ['no more than its share', { capacity: 10, held: 3, bots: 5, runners: 2, unplaced: 2 }, 0],
    ['nothing is unplaced', { capacity: 10, held: 0, bots: 5, runners: 2, unplaced: 0 }, 0],
    ['more held than wanted', { capacity: 10, held: 9, bots: 5, runners: 2, unplaced: 1 }, 0],
    ['nobody counted yet', { capacity: 10, held: 0, bots: 2, runners: 0, unplaced: 2 }, 2],
    ['others are too small', { capacity: 10, held: 4, bots: 8, runners: 2, unplaced: 2, starvedBeats: 3 }, 1],
    ['others may still come', { capacity: 10, held: 4, bots: 8, runners: 2, unplaced: 2, starvedBeats: 2 }, 0],
    ['no more than its memory carries', { capacity: 10, held: 0, bots: 8, runners: 1, unplaced: 8, room: 3 }, 3],
    ['out of memory', { capacity: 10, held: 0, bots: 8, runners: 1, unplaced: 8, starvedBeats: 9, room: 0 }, 0],
    ['full is full', { capacity: 4, held: 4, bots: 8, runners: 2, unplaced: 2, starvedBeats: 9 }, 0],
  ])('%s', (_, facts, taken) => {
    expect(botsToTake(facts)).toBe(taken);
  });
});
