export { aFiling, aRawMessage, say } from './builders/a-conversation.ts';
export { aBus, aStage, type Stage, startHearing } from './builders/a-stage.ts';
export { aNewBot, aWorkspace, type TestWorkspace } from './builders/a-workspace.ts';
export { storesAs } from './builders/stores-as.ts';
export { closeAfterwards } from './cleanup.ts';
export { emptyDatabase, freshDatabase, type TestDatabase } from './fresh-database.ts';
export { heldLock, waitsForLock } from './held-lock.ts';
export { lastingPort } from './lasting-port.ts';
export { assertLogsClean, type LogLine } from './log-lines.ts';
export {
  type ModelAnswer,
  type ModelRequest,
  type ModelScript,
  type ModelServer,
  modelServer,
} from './model-server.ts';
export { type OwnPostgres, type OwnRedis, type OwnServer, ownPostgres, ownRedis } from './own-servers.ts';
export { type OwnerQuery, ownerQuery } from './owner-query.ts';
export { redisPrefix, redisUrl } from './redis.ts';
export { type RunningService, startService } from './start-service.ts';
export { waitFor } from './wait-for.ts';
export type * from './whatsapp-web/api.ts';
export { testBrowserArgs } from './whatsapp-web/behaviour.ts';
export { openWhatsAppWeb } from './whatsapp-web/server.ts';
