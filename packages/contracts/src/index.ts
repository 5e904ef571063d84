export * from './commands/index.ts';
export * from './define.ts';
export * from './events/index.ts';
export * from './http/index.ts';
