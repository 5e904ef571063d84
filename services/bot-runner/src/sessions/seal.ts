import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SessionKey } from './session-keys.ts';

/** Whose session it is, from which run, and which copy: a copy put in another's place does not open. */
export interface SealedFor {
  readonly workspaceId: string;
  readonly botId: string;
  readonly runEpoch: number;
  readonly snapshotId: string;
}

/** `other-key`: it may be whole, and none of our keys is its key. `broken`: it is not what was sealed. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
  readonly why: 'other-key' | 'broken';

  constructor(why: 'other-key' | 'broken') {
    super(why);
    this.why = why;
  }
}

/*
 * The format: `WBMS`, one byte of version, 8 bytes naming the key, 32 of salt; then chunks of 64 kB of plain bytes, each
 * encrypted with AES-256-GCM and followed by its tag; only the last may be shorter, or empty. Each copy has a key of
 * its own (HKDF of ours and the salt), so the nonce is the chunk's number and whether it is the last. Every chunk
 * authenticates the header and whose copy it is. So nothing unverified ever gets out, and chunks can be neither changed,
 * reordered, left out nor cut off.
 */
const MAGIC = Buffer.from('WBMS');
const VERSION = 1;
const SALT_BYTES = 32;
const HEADER_BYTES = MAGIC.length + 1 + 8 + SALT_BYTES;
const CHUNK_BYTES = 64 * 1024;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

type Bytes = AsyncIterable<Buffer> | Iterable<Buffer>;

/** The sealed form of `plain`, piece by piece. */
export async function* seal(plain: Bytes, key: SessionKey, whose: SealedFor): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const header = Buffer.concat([MAGIC, Buffer.from([VERSION]), key.id, salt]);
  yield header;
  const chunkKey = keyOfCopy(key, salt);
  const bound = boundTo(header, whose);
  let number = 0;
  for await (const { bytes, last } of inPieces(plain, CHUNK_BYTES)) {
    const cipher = createCipheriv(CIPHER, chunkKey, nonce(number, last)).setAAD(bound);
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    number += 1;
  }
}

/**
 * What was sealed, piece by piece, each verified before it is given. Whether it is all there is known at the end only:
 * what came before is of no use when this throws. Throws `CannotOpen`, and what `sealed` fails with.
 */
export async function* open(sealed: Bytes, keys: readonly SessionKey[], whose: SealedFor): AsyncGenerator<Buffer> {
  let chunkKey: Buffer | undefined;
  let bound: Buffer = Buffer.alloc(0);
  let number = 0;
  for await (const { bytes, last } of inPieces(sealed, CHUNK_BYTES + TAG_BYTES, HEADER_BYTES)) {
    if (!chunkKey) {
      const [key, salt] = readHeader(bytes, keys);
      if (last) throw new CannotOpen('broken');
      chunkKey = keyOfCopy(key, salt);
      bound = boundTo(bytes, whose);
      continue;
    }
    if (bytes.length < TAG_BYTES) throw new CannotOpen('broken');
    const decipher = createDecipheriv(CIPHER, chunkKey, nonce(number, last), { authTagLength: TAG_BYTES });
    decipher.setAAD(bound).setAuthTag(bytes.subarray(-TAG_BYTES));
    const plain = decipher.update(bytes.subarray(0, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      throw new CannotOpen('broken');
    }
    if (plain.length > 0) yield plain;
    number += 1;
  }
}

function readHeader(header: Buffer, keys: readonly SessionKey[]): [SessionKey, Buffer] {
  const id = header.subarray(MAGIC.length + 1, MAGIC.length + 9);
  const ours = header.subarray(0, MAGIC.length).equals(MAGIC) && header[MAGIC.length] === VERSION;
  if (!ours || header.length !== HEADER_BYTES) throw new CannotOpen('broken');
  const key = keys.find((one) => one.id.equals(id));
  if (!key) throw new CannotOpen('other-key');
  return [key, header.subarray(-SALT_BYTES)];
}

function keyOfCopy(key: SessionKey, salt: Buffer): Buffer {
  return Buffer.from(hkdfSync('sha256', key.secret, salt, 'wbm session copy', 32));
}

function boundTo(header: Buffer, { workspaceId, botId, runEpoch, snapshotId }: SealedFor): Buffer {
  return Buffer.concat([header, Buffer.from(JSON.stringify([workspaceId, botId, runEpoch, snapshotId]))]);
}

function nonce(number: number, last: boolean): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(number, 7);
  bytes[11] = last ? 1 : 0;
  return bytes;
}

/** The bytes in pieces of `size`, the first one of `first`; the last piece is known as such, and may be empty. */
async function* inPieces(
  source: Bytes,
  size: number,
  first = size,
): AsyncGenerator<{ readonly bytes: Buffer; readonly last: boolean }> {
  let held: Buffer[] = [];
  let length = 0;
  let wanted = first;
  for await (const part of source) {
    held.push(part);
    length += part.length;
    if (length <= wanted) continue;
    let all = Buffer.concat(held);
    // One byte more than the piece must be there, or it might be the last.
    while (all.length > wanted) {
      yield { bytes: all.subarray(0, wanted), last: false };
      all = all.subarray(wanted);
      wanted = size;
    }
    held = [all];
    length = all.length;
  }
  yield { bytes: Buffer.concat(held), last: true };
}
