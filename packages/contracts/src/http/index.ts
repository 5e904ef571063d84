export * from './bots.ts';
export * from './features.ts';
export * from './leads.ts';
export * from './messages.ts';
export * from './page.ts';
export * from './sandbox.ts';
export * from './sending.ts';
export * from './session.ts';
