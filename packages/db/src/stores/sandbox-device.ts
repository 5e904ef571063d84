import type { Scope } from '../connection/scope.ts';

/** The simulated linked device of a sandbox bot. `ref` is what its QR code says until somebody scans it. */
export type SandboxDevice = { readonly ref: string | null; readonly linkedAt: Date | null; readonly ownNumber: string };

export interface SandboxDeviceStore {
  device(botId: string): Promise<SandboxDevice | null>;
  setRef(botId: string, ref: string | null): Promise<void>;
  /** Scans the code: links the device when the code shown is still `ref`. */
  link(botId: string, ref: string): Promise<boolean>;
  unlink(botId: string): Promise<void>;
}

export function sandboxDeviceStore(scope: Scope): SandboxDeviceStore {
  return {
    device: (botId) =>
      scope.within((prisma) =>
        prisma.sandboxDevice.findUnique({ where: { botId }, select: { ref: true, linkedAt: true, ownNumber: true } }),
      ),
    setRef: (botId, ref) =>
      scope.within(async (prisma) => {
        await prisma.sandboxDevice.updateMany({ where: { botId }, data: { ref } });
      }),
    link: (botId, ref) =>
      scope.within(async (prisma) => {
        const data = { linkedAt: new Date(), ref: null };
        return (await prisma.sandboxDevice.updateMany({ where: { botId, ref }, data })).count > 0;
      }),
    unlink: (botId) =>
      scope.within(async (prisma) => {
        await prisma.sandboxDevice.updateMany({ where: { botId }, data: { linkedAt: null, ref: null } });
      }),
  };
}
