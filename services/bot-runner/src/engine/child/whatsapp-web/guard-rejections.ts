/**
 * The library leaves promises alone whose failure nobody handles: a page that is closed while it is being injected, a
 * request answered after its page is gone, a timeout thrown as a bare string. Node would end this process for each.
 * Whether the session is well is found out by looking at it. The stack goes to our runner, which keeps no words of it.
 */
export function guardRejections(): void {
  process.on('unhandledRejection', (reason) => {
    process.stderr.write(`${reason instanceof Error ? reason.stack : new Error('not an error').stack}\n`);
  });
}
