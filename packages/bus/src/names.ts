/** Where things are in Redis. Everything begins with the installation's prefix; pub/sub ignores database numbers. */
export const names = {
  /** The key prefix of a queue, with a hash tag so that all keys of one queue share a slot in a Redis Cluster. */
  queuePrefix: (prefix: string, id: string) => `{${prefix}.${id}}`,
  bellChannel: (prefix: string, id: string) => `${prefix}.bell.${id}`,
  newsChannel: (prefix: string) => `${prefix}.news`,
};
