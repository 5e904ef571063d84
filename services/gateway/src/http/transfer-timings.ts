/** How long bytes may take on their way from and to browsers, in milliseconds. */
export interface TransferTimings {
  /** Nothing moved for so long: whoever is there is gone, and the connection is ended. */
  readonly silenceMs: number;
  /** A file that moves may take so long all in all: 32 MB at 150 kbit/s. It ends those who send a byte now and then. */
  readonly totalMs: number;
  /** Who has their answer and still goes on sending is listened to for so long, or the answer might never reach them. */
  readonly restMs: number;
}

export const transferTimings: TransferTimings = { silenceMs: 30_000, totalMs: 30 * 60_000, restMs: 120_000 };
