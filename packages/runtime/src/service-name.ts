/** The five processes of the product, in the order in which a message meets them. */
export const serviceNames = ['gateway', 'bot-runner', 'ai-worker', 'lead-worker', 'scheduler'] as const;

export type ServiceName = (typeof serviceNames)[number];
