import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { openLogFile } from './log-file.ts';

const logDir = mkdtempSync(join(tmpdir(), 'wbm-log-'));
afterAll(() => rmSync(logDir, { recursive: true, force: true }));

it('sets a file aside while it is written to, and loses no line', async () => {
  const said: string[] = [];
  const log = openLogFile({ logDir, name: 'grows', say: (line) => said.push(line), maxBytes: 100 });
  for (let n = 0; n < 20; n += 1) log.write(`line ${n} 1234`);
  await log.end();
  const text = (name: string) => readFileSync(join(logDir, name), 'utf8');
  const kept = `${text('grows.log.old')}${text('grows.log')}`.trim().split('\n');
  const last = Array.from({ length: kept.length }, (_, index) => `line ${20 - kept.length + index} 1234`);
  expect(kept).toEqual(last);
  expect(kept.length).toBeGreaterThan(8);
  expect(text('grows.log').length).toBeLessThanOrEqual(120);
  expect(said).toEqual([]);
});

it('survives a full disk and says so once', async () => {
  symlinkSync('/dev/full', join(logDir, 'full.log'));
  const said: string[] = [];
  const log = openLogFile({ logDir, name: 'full', say: (line) => said.push(line) });
  log.write('one');
  await vi.waitFor(() => expect(said).toHaveLength(1), { timeout: 20_000 });
  log.write('two');
  await log.end();
  expect(said).toEqual([expect.stringMatching(/full\.log cannot be written.*ENOSPC/)]);
});

it('survives a folder that is gone', async () => {
  const gone = join(logDir, 'gone');
  mkdirSync(gone);
  rmdirSync(gone);
  const said: string[] = [];
  const log = openLogFile({ logDir: gone, name: 'x', say: (line) => said.push(line) });
  log.write('one');
  log.write('two');
  await log.end();
  expect(said).toEqual([expect.stringContaining('cannot be written')]);
});
