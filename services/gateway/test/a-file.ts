import { deflateSync } from 'node:zlib';

/** A picture of one pixel, padded to so many bytes with a chunk that nobody reads. */
export function aPicture(bytes = 0): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0]))),
    chunk('teXt', Buffer.alloc(bytes, 'x')),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The beginning of a sound as WhatsApp records it, and so many bytes. */
export function aSound(bytes = 100): Buffer {
  const page = Buffer.concat([
    Buffer.from('OggS'),
    Buffer.from([0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 19]),
    Buffer.from('OpusHead'),
    Buffer.from([1, 1, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]),
  ]);
  return Buffer.concat([page, Buffer.alloc(Math.max(0, bytes - page.length), 'y')]);
}

export function aForm(bytes: Buffer, name: string, type = 'application/octet-stream', part = 'file'): FormData {
  const form = new FormData();
  form.append(part, new Blob([Uint8Array.from(bytes)], { type }), name);
  return form;
}

/** A form with a document that comes part by part: 10 kB of it at once, more when it is given, and all when that is the end. */
export function aFormInParts() {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: 100,
  });
  const writer = writable.getWriter();
  const give = (part: string) => writer.write(Buffer.from(part));
  void give(`--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n${'x'.repeat(10_000)}`);
  return {
    body: readable,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    give,
    end: (part = '') => {
      void give(`${part}\r\n--b--\r\n`);
      void writer.close();
    },
  };
}
