import { describe, expect, test } from 'vitest';
import { withCorrelation } from './correlation.ts';
import { Transient } from './errors.ts';
import { createLog } from './log.ts';
import { isForbiddenKey, scrubProse, serializeError } from './redaction.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = [];
  write(createLog({ service: 'gateway', level: 'trace', destination: { write: (line) => lines.push(line) } }));
  return lines;
}

test.each([
  'text',
  'contactName',
  'push_name',
  'NAME',
  'phone',
  'customerPhone',
  'email',
  'jid',
  'apiKey',
  'pairingCode',
  'SESSION_KEY',
  'sessionKeyPrevious',
  'authorization',
  'set-cookie',
  'quote',
  'value',
  'systemPrompt',
])('%s never reaches a log', (key) => expect(isForbiddenKey(key)).toBe(true));

test.each([
  'leadId',
  'messageId',
  'cid',
  'event',
  'service',
  'hostname',
  'code',
  'attempt',
  'status',
  'from',
  'command',
  'textLength',
])('%s does', (key) => expect(isForbiddenKey(key)).toBe(false));

describe('a log line', () => {
  test('is one JSON object with event, ids and correlation', () => {
    const [line] = logged((log) => withCorrelation('story-1', () => log.info({ leadId: 7 }, 'lead.filed')));
    expect(JSON.parse(line ?? '')).toEqual({
      level: 'info',
      time: expect.any(String),
      service: 'gateway',
      cid: 'story-1',
      leadId: 7,
      event: 'lead.filed',
    });
  });

  test('hides content at any depth, in lists, in children and in errors', () => {
    const cause = Object.assign(new Error('Key (phone)=(+5511912345678) exists, write to maria@example.com'), {
      detail: 'Maria',
    });
    const all = logged((log) => {
      log.child({ name: 'Maria' }).info({ lead: { fields: [{ value: 'Maria' }], text: { deep: 'Maria' } } }, 'x');
      log.error(
        { err: new Transient('db.down', 'Maria'.length.toString(), { cause, context: { phone: 'Maria', leadId: 3 } }) },
        'y',
      );
      log.error(new Error('postgres://u:hunter2@h/db'), 'z');
    }).join('');
    expect(all).not.toMatch(/Maria|maria|91234|hunter2/);
    expect(all).toContain('"leadId":3');
    expect(all).toContain('db.down');
  });
});

test('prose keeps ids, times and places in code', () => {
  const prose = 'at file.ts:120:33 lead 42 turn 7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d timed out after 30000 ms';
  expect(scrubProse(prose)).toBe(prose);
  expect(scrubProse('chat 5511912345678@c.us')).toBe('chat [redacted]');
  expect(scrubProse('postgres://u:hunter2@secret@h/db')).toBe('postgres://[redacted]@h/db');
  expect(scrubProse('call +55 (11) 91234-5678 now')).toBe('call [redacted] now');
});

test.each(['Ana Souza writes', '{"a": "b", Ana}', `Ana "Nana"\nSouza ${'and more '.repeat(20)}`])(
  'what could not be read as JSON is not quoted: %j',
  (text) => {
    let error: unknown;
    try {
      JSON.parse(text);
    } catch (caught) {
      error = caught;
    }
    const line = JSON.stringify(serializeError(error));
    expect(line).toContain('JSON');
    expect(line).not.toMatch(/Ana|Souza/);
  },
);
