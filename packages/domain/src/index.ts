export * from './bot/bot.ts';
export * from './conversation/answer.ts';
export * from './conversation/inbound.ts';
export * from './conversation/message.ts';
export * from './lead/lead.ts';
export * from './vocabulary.ts';
