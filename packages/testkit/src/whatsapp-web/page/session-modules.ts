import { Cmd } from './commands.ts';
import { Emitter } from './emitter.ts';
import type { Line } from './line.ts';
import type { Session } from './session.ts';
import { Conn, Socket } from './socket.ts';

const someBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const keys = { identity: someBytes(32), noise: someBytes(32), adv: someBytes(32) };

function encodeB64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

class Stream extends Emitter {
  available = false;
  markAvailable(): void {
    this.available = true;
  }
  markUnavailable(): void {
    this.available = false;
  }
}

/** The modules around being linked: state, QR code, pairing code, who the device is. */
export function sessionModules(line: Line, session: Session): Record<string, object> {
  return {
    WAWebSocketModel: { Socket },
    WAWebConnModel: { Conn },
    WAWebCmd: { Cmd },
    WAWebStreamModel: { Stream: new Stream() },
    WAWebOfflineHandler: {
      OfflineMessageHandler: { getOfflineDeliveryProgress: () => session.offlineProgress },
    },
    WAWebAltDeviceLinkingApi: {
      setPairingType: () => undefined,
      initializeAltDeviceLinking: async () => undefined,
      initializeQRLinking: async () => undefined,
      startAltLinkingFlow: (phone: string) => line.ask('pairingCode', { phone }),
    },
    WAWebLaunchSocketUtils: { refreshQR: () => Cmd.refreshQR() },
    WABase64: { encodeB64 },
    WAWebCompanionRegClientUtils: { DEVICE_PLATFORM: '1' },
    WAWebAdvSignatureApi: { verifyDeviceSignature: () => true },
    WAWebUserPrefsInfoStore: { waNoiseInfo: { get: async () => ({ staticKeyPair: { pubKey: keys.noise } }) } },
    WAWebSignalStoreApi: {
      waSignalStore: { getRegistrationInfo: async () => ({ identityKeyPair: { pubKey: keys.identity } }) },
    },
    WAWebUserPrefsMultiDevice: { getADVSecretKey: () => encodeB64(keys.adv) },
    WAWebPresenceChatAction: {
      sendPresenceAvailable: async () => undefined,
      sendPresenceUnavailable: async () => undefined,
    },
    WAWebMiscBrowserUtils: { info: () => ({ os: 'Linux', name: 'Chrome' }) },
    WAWebSyncGatingUtils: { isPlaceholderMessageResendEnabled: () => false },
    WAWebCallCollection: {},
    WAWebBackendJobsCommon: { mediaTypeFromProtobuf: () => null },
    WAWebE2EProtoUtils: { typeAttributeFromProtobuf: () => 'text' },
  };
}
