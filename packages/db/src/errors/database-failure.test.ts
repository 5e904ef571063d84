import { Permanent, Transient } from '@wbm/runtime';
import { describe, expect, test } from 'vitest';
import { ConstraintViolation } from './constraint-violation.ts';
import { databaseFailure, dataFault, sqlStateOf } from './database-failure.ts';

const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);
/** As Prisma wraps what the driver says. */
const viaPrisma = (code: string, cause: object) =>
  Object.assign(new Error('Invalid `prisma.x()` invocation: Key (phone)=(+5511987654321) already exists'), {
    name: 'PrismaClientKnownRequestError',
    code,
    meta: { driverAdapterError: Object.assign(new Error('inner'), { name: 'DriverAdapterError', cause }) },
  });

describe('what may pass', () => {
  test.each([
    ['refused', error('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED', syscall: 'connect' })],
    ['reset', error('read ECONNRESET', { code: 'ECONNRESET' })],
    ['several addresses refused', new AggregateError([error('a', { code: 'ECONNREFUSED' })], '')],
    ['the connection died', error('Connection terminated unexpectedly')],
    ['the connection was dead already', error('Client has encountered a connection error and is not queryable')],
    ['no connection in time', error('timeout exceeded when trying to connect')],
    ['a frozen server', error('Query read timeout')],
    ['shutdown', error('terminating connection due to administrator command', { code: '57P01' })],
    ['starting up', error('the database system is starting up', { code: '57P03' })],
    ['statement timeout', error('canceling statement', { code: '57014' })],
    ['deadlock', error('deadlock detected', { code: '40P01' })],
    ['too many connections', error('sorry, too many clients already', { code: '53300' })],
    ['prisma found nobody', viaPrisma('P1001', { kind: 'DatabaseNotReachable' })],
    [
      'prisma had no connection in time',
      error('Transaction API error', { name: 'PrismaClientKnownRequestError', code: 'P2028' }),
    ],
    ['a deadlock through prisma', viaPrisma('P2034', { kind: 'TransactionWriteConflict', originalCode: '40P01' })],
  ])('%s', (_name, given) => {
    expect(databaseFailure(given)).toBeInstanceOf(Transient);
  });
});

describe('what the database refuses', () => {
  test.each([
    [
      'unique',
      viaPrisma('P2002', {
        kind: 'UniqueConstraintViolation',
        constraint: { index: 'bots_pkey' },
        originalCode: '23505',
      }),
      'bots_pkey',
    ],
    [
      'foreign-key',
      viaPrisma('P2003', { kind: 'ForeignKeyConstraintViolation', constraint: { index: 'leads_fk' } }),
      'leads_fk',
    ],
    ['check', error('violates check constraint', { code: '23514', constraint: 'positive' }), 'positive'],
    [
      'row-security',
      error('new row violates row-level security policy for table "leads"', { code: '42501' }),
      undefined,
    ],
  ])('%s, by name', (kind, given, constraint) => {
    const failure = databaseFailure(given);
    expect(failure).toBeInstanceOf(ConstraintViolation);
    expect(failure).toMatchObject({ kind, constraint, code: `db.${kind}` });
  });

  test('nothing of the row is repeated, whatever the driver said', () => {
    const failure = databaseFailure(
      viaPrisma('P2010', { kind: 'postgres', code: '22P02', message: 'invalid: "Maria"' }),
    );
    const said = (of: unknown): string => (of instanceof Error ? `${of.message}${of.stack}${said(of.cause)}` : '');
    expect(said(failure)).not.toMatch(/Maria|5511987654321/);
    expect(said(failure)).toContain('22P02');
  });
});

describe('what is wrong for good', () => {
  test.each([
    ['db.login-refused', error('password authentication failed', { code: '28P01' })],
    ['db.no-such-database', error('database "x" does not exist', { code: '3D000' })],
    ['db.not-permitted', error('permission denied for function sweep', { code: '42501' })],
  ])('%s', (code, given) => {
    const failure = databaseFailure(given);
    expect(failure).toBeInstanceOf(Permanent);
    expect(failure).toMatchObject({ code });
  });

  test('a bug stays a bug', () => {
    const bug = new TypeError('x is not a function');
    expect(databaseFailure(bug)).toBe(bug);
    const syntax = databaseFailure(error('syntax error at or near "selct"', { code: '42601' }));
    expect(syntax).not.toBeInstanceOf(Permanent);
    expect(sqlStateOf(error('x', { code: '42601' }))).toBe('42601');
    expect(databaseFailure('thrown text')).toBe('thrown text');
  });
});

test.each([
  ['a date of no calendar', error('date/time field value out of range', { code: '22008' }), 'db.22008'],
  ['the same through prisma', viaPrisma('P2010', { kind: 'postgres', code: '22P02', message: 'x' }), 'db.22P02'],
  ['a check', error('violates check constraint', { code: '23514', constraint: 'positive' }), 'db.check'],
  ['somebody who was faster', error('duplicate key', { code: '23505', constraint: 'x_key' }), null],
  ['no connection', error('connect ECONNREFUSED', { code: 'ECONNREFUSED' }), null],
  ['a syntax error', error('syntax error', { code: '42601' }), null],
  ['a bug', new TypeError('x is not a function'), null],
])('the fault of the data: %s', (_, given, code) => {
  expect(dataFault(databaseFailure(given))).toBe(code);
});
