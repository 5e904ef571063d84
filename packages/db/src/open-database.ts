import { type Connection, openConnection } from './connection/connection.ts';
import type { PoolOptions } from './connection/open-pool.ts';
import { openScope } from './connection/scope.ts';
import { type AuditStore, auditStore } from './stores/audit.ts';
import { type BotStore, botStore } from './stores/bots.ts';
import { type FeatureStore, featureStore } from './stores/features.ts';
import { type FleetStore, fleetStore } from './stores/fleet.ts';
import { type InboundStore, inboundStore } from './stores/inbound.ts';
import { type LeadStore, leadStore } from './stores/leads.ts';
import { type MediaStore, mediaStore } from './stores/media.ts';
import { type MemberStore, memberStore } from './stores/members.ts';
import { type MessageStore, messageStore } from './stores/messages.ts';
import { type RemovalStore, removalStore } from './stores/removals.ts';
import { type SandboxChangeStore, sandboxChangeStore } from './stores/sandbox-changes.ts';
import { type SandboxDeviceStore, sandboxDeviceStore } from './stores/sandbox-device.ts';
import { type SandboxNetworkStore, sandboxNetworkStore } from './stores/sandbox-network.ts';
import { type SandboxPhoneStore, sandboxPhoneStore } from './stores/sandbox-phone.ts';
import { type ScheduleStore, scheduleStore } from './stores/schedules.ts';
import { type SignInStore, signInStore } from './stores/sign-in.ts';
import { type SnapshotStore, snapshotStore } from './stores/snapshots.ts';
import { type SweepStore, sweepStore } from './stores/sweep.ts';
import { type TurnStore, turnStore } from './stores/turns.ts';

export type DatabaseOptions = PoolOptions & {
  /**
   * For who renews a lease: keeps one of the connections for that, so that nothing else can hold it up. So many
   * milliseconds a statement on it takes at most.
   */
  readonly leaseStatementMs?: number;
};

export type SandboxStore = SandboxDeviceStore & SandboxChangeStore & SandboxNetworkStore & SandboxPhoneStore;

/** The stores of one workspace. They see no other, whatever ids they are given. */
export interface Workspace {
  readonly id: string;
  readonly bots: BotStore;
  readonly features: FeatureStore;
  readonly leads: LeadStore;
  readonly messages: MessageStore;
  readonly media: MediaStore;
  readonly inbound: InboundStore;
  readonly turns: TurnStore;
  readonly sandbox: SandboxStore;
  readonly members: MemberStore;
  readonly schedules: ScheduleStore;
  readonly audit: AuditStore;
  readonly snapshots: SnapshotStore;
}

export interface Database {
  workspace(workspaceId: string): Workspace;
  /** Across workspaces, ids only; each for the one service whose role may call it. */
  readonly fleet: FleetStore;
  readonly sweep: SweepStore;
  readonly removals: RemovalStore;
  readonly signIn: SignInStore;
  /** Whether Postgres answers; for readiness. */
  ping(): Promise<boolean>;
  /** What `checkPoolBudget` asks for. */
  limits(): Promise<{ readonly maxConnections: number; readonly reserved: number }>;
  /** Waits for statements under way, then closes every connection. */
  close(): Promise<void>;
}

/**
 * Opens the stores as one service. Connections are made when needed, so this succeeds while Postgres is away; ask
 * `ping`. Every method may throw `Transient` (Postgres away, a deadlock) or `Permanent`; what a caller should expect
 * and decide about is in the value it returns.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const lease = openLeaseConnection(options);
  const connection = openConnection({ ...options, poolSize: options.poolSize - (lease ? 1 : 0) });
  return {
    workspace(workspaceId) {
      const scope = openScope(connection, workspaceId);
      return {
        id: workspaceId,
        bots: botStore(scope),
        features: featureStore(scope),
        leads: leadStore(scope),
        messages: messageStore(scope),
        media: mediaStore(scope),
        inbound: inboundStore(scope),
        turns: turnStore(scope),
        sandbox: {
          ...sandboxDeviceStore(scope),
          ...sandboxNetworkStore(scope),
          ...sandboxChangeStore(scope),
          ...sandboxPhoneStore(scope),
        },
        members: memberStore(scope),
        schedules: scheduleStore(scope),
        audit: auditStore(scope),
        snapshots: snapshotStore(scope),
      };
    },
    fleet: fleetStore(connection, lease ?? connection),
    sweep: sweepStore(connection),
    removals: removalStore(connection),
    signIn: signInStore(connection),
    ping: () =>
      connection.ping().then(
        () => true,
        () => false,
      ),
    limits: connection.limits,
    async close() {
      await Promise.all([connection.close(), lease?.close()]);
    },
  };
}

function openLeaseConnection({ leaseStatementMs, ...options }: DatabaseOptions): Connection | undefined {
  if (leaseStatementMs === undefined) return undefined;
  const applicationName = `wbm ${options.service} lease`;
  return openConnection({ ...options, applicationName, poolSize: 1, statementTimeoutMs: leaseStatementMs });
}
