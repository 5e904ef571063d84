import { crc32, deflateSync } from 'node:zlib';

/** A picture of a bicycle, more or less: a real PNG that a browser draws, made here so that no file has to be kept. */
export function aPicture({ width = 480, height = 320 } = {}): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  const wheel = (x: number, y: number, cx: number) =>
    Math.abs(Math.hypot(x - cx, y - height * 0.62) - height * 0.2) < 5;
  const line = (x: number, y: number, [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]) => {
    const share = Math.max(
      0,
      Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)),
    );
    return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)) < 4;
  };
  const [back, front, seat, bar, foot] = [
    [width * 0.3, height * 0.62],
    [width * 0.7, height * 0.62],
    [width * 0.42, height * 0.34],
    [width * 0.64, height * 0.3],
    [width * 0.48, height * 0.62],
  ] as const;
  const frame = [
    [back, seat],
    [seat, foot],
    [foot, back],
    [seat, bar],
    [bar, front],
    [foot, bar],
  ] as const;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const drawn =
        wheel(x, y, back[0]) || wheel(x, y, front[0])
          ? [38, 50, 56]
          : frame.some(([a, b]) => line(x, y, a, b))
            ? [25, 99, 184]
            : null;
      const ground = y > height * 0.83 ? [190, 200, 190] : [214 + (y * 30) / height, 232, 244];
      const at = y * (1 + width * 3) + 1 + x * 3;
      for (const [n, value] of (drawn ?? ground).entries()) rows[at + n] = Math.min(255, value);
    }
  }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

/** Enough of an Ogg Opus file to be taken for one; nobody will hear anything. */
export function aVoice(): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00', 'latin1');
  const page = Buffer.from(
    'OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01',
    'latin1',
  );
  return Buffer.concat([page, Buffer.from([head.length]), head, Buffer.alloc(400)]);
}
