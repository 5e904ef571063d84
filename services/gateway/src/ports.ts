import type { Bus } from '@wbm/bus';
import type { Database, Workspace } from '@wbm/db';

/** What the gateway needs of one workspace: people, bots, leads and messages, and the simulated phones. */
export interface WorkspaceStorage {
  readonly members: Pick<Workspace['members'], 'session' | 'byEmail'>;
  readonly bots: BotStorage;
  readonly features: Workspace['features'];
  readonly leads: Workspace['leads'];
  readonly messages: Pick<Workspace['messages'], 'list' | 'get' | 'post' | 'byClientId' | 'sending'>;
  readonly media: Omit<Workspace['media'], 'due' | 'fetched'>;
  readonly sandbox: Pick<
    Workspace['sandbox'],
    'device' | 'link' | 'post' | 'chat' | 'markRead' | 'change' | 'chatPhone'
  >;
}
export type BotStorage = Pick<
  Workspace['bots'],
  'list' | 'get' | 'create' | 'update' | 'setStatus' | 'restart' | 'ask' | 'askForTest' | 'archive'
>;

/** Where rows are. Everything answers with domain values; expected refusals are part of the answer. */
export interface Storage {
  workspace(workspaceId: string): WorkspaceStorage;
  readonly signIn: Database['signIn'];
  readonly removals: Database['removals'];
}

/** Bells and news, out and in. None of them ever fails a request. */
export type Bells = Pick<Bus, 'send' | 'ring' | 'tell' | 'onNews' | 'onReconnect'>;
