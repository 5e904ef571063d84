/** What to go on with where nothing is at that path. A disk that does not answer is no absence: that is thrown. */
export function whenMissing<T>(instead: T): (err: unknown) => T {
  return (err) => {
    const code = err instanceof Error && 'code' in err ? err.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return instead;
    throw err;
  };
}
