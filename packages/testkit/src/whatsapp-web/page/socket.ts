import type { PageBehaviour } from '../behaviour.ts';
import { Model } from './model.ts';

type State =
  | 'OPENING'
  | 'PAIRING'
  | 'CONNECTED'
  | 'TIMEOUT'
  | 'UNPAIRED'
  | 'UNPAIRED_IDLE'
  | NonNullable<PageBehaviour['refusal']>;

class SocketModel extends Model {
  declare readonly state: State;
  declare readonly hasSynced: boolean;
  /** Replaced by the session, which can do these things. */
  logout: () => Promise<void> = async () => undefined;
  reconnect: () => void = () => undefined;
  takeover: () => void = () => undefined;

  become(state: State): void {
    this.set({ state });
  }
}

class ConnModel extends Model {
  declare readonly ref: string | null;
}

/** What the page says of its connection, and of itself. */
export const Socket = new SocketModel({ state: 'OPENING', hasSynced: false });
export const Conn = new ConnModel({ ref: null, pushname: '', platform: 'android', battery: 100, plugged: true });
