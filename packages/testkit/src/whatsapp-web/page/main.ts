import type { PageBehaviour } from '../behaviour.ts';
import type { Navigation, ServerFrame } from '../wire.ts';
import { connectCommands } from './commands.ts';
import { incomingModules } from './incoming.ts';
import { Line } from './line.ts';
import { mediaModules } from './media.ts';
import { MsgKey } from './msg-key.ts';
import { applyNews } from './news.ts';
import { outgoingModules } from './outgoing.ts';
import { peopleModules } from './people.ts';
import { Session } from './session.ts';
import { sessionModules } from './session-modules.ts';
import { attachSlowly } from './slow-attaching.ts';
import { Socket } from './socket.ts';
import { Chat, Msg } from './store.ts';
import { today } from './today.ts';
import { requireOf, trace } from './tracing.ts';
import { widFactory } from './wid.ts';

type Settings = { readonly url: string; readonly version: string; readonly behaviour: PageBehaviour };

/** Starts the pretended application: its modules first, then its connection. */
export function main({ url, version, behaviour }: Settings): void {
  today.behaviour = behaviour;
  const line = new Line(url, {
    onOpen: () => session.hello(),
    onFrame: (frame) => hear(frame),
    onCut: () => session.cut(),
  });
  const session = new Session(line, () => {
    if (today.behaviour.starts) Object.assign(window, { Debug: { VERSION: version } });
  });
  const hear = (frame: ServerFrame): unknown => {
    switch (frame.frame) {
      case 'behave':
        return behave(frame.behaviour);
      case 'unlinked':
        return session.unlinked(frame.ref);
      case 'linked':
        return session.linked(frame.session);
      case 'account':
        return session.loggedIn(frame.account, frame.missed).catch(() => undefined);
      case 'passkey':
        return session.passkey();
      case 'conflict':
        return session.conflict();
      case 'unpaired':
        return session.unpaired();
      case 'logout':
        return session.loggedOut();
      case 'navigate':
        return navigate(frame.way);
      case 'sync-again':
        return Socket.trigger('change:hasSynced', Socket, true);
      case 'freeze':
        return freeze(frame.ms);
      case 'trace':
        return line.sayTrace(trace());
      case 'answer':
        return undefined;
      default:
        return applyNews(frame);
    }
  };
  const { Contact, Blocklist, BusinessProfile, ...people } = peopleModules(line);
  const groups = { update: async () => undefined };
  const require = requireOf({
    ...sessionModules(line, session),
    ...people,
    ...incomingModules(line),
    ...outgoingModules(line),
    ...mediaModules(line),
    WAWebCollections: { Msg, Chat, Contact, Blocklist, BusinessProfile, GroupMetadata: groups },
    WAWebWidFactory: widFactory,
    WAWebMsgKey: MsgKey,
  });
  connectCommands(line);
  attachSlowly();
  Object.assign(window, {
    require,
    __stub: { trace: () => trace().read, missing: () => trace().missing, handle: hear },
  });
  line.connect();
}

const ballast: Uint8Array[] = [];

function behave(behaviour: PageBehaviour): void {
  today.behaviour = behaviour;
  while (ballast.length < behaviour.ballastMb) ballast.push(new Uint8Array(1024 * 1024).fill(1));
}

function navigate(way: Navigation): void {
  if (way === 'reload') location.reload();
  else if (way === 'hash') location.hash = crypto.randomUUID();
  else {
    const frame = document.createElement('iframe');
    frame.src = way === 'iframe' ? 'about:blank' : 'about:blank#x';
    document.body.append(frame);
    if (way === 'iframe') setTimeout(() => frame.remove(), 200);
  }
}

function freeze(ms: number): void {
  const until = Date.now() + ms;
  while (Date.now() < until);
}
