import { today } from './today.ts';

/** What the library calls when it hears something: it makes them one after the other, asking first whether each is there. */
const listeners = [
  'onAddMessageEvent',
  'onChangeMessageTypeEvent',
  'onChangeMessageEvent',
  'onRemoveMessageEvent',
  'onMessageAckEvent',
  'onChatUnreadCountEvent',
  'onMessageMediaUploadedEvent',
  'onAppStateChangedEvent',
  'onBatteryStateChangedEvent',
  'onIncomingCall',
];

/** Has the page take its time for each of the library's first listeners, and do other things between them. */
export function attachSlowly(): void {
  for (const name of listeners) {
    if (name in globalThis) continue; // The page was loaded again: the browser has put them there already.
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        const until = Date.now() + today.behaviour.attachMs;
        while (Date.now() < until);
        return undefined;
      },
      set(value: unknown) {
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      },
    });
  }
}
