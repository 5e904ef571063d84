/**
 * Loads all that a child may ever load, and ends. Node then writes down the compiled code, and with it what is left of
 * TypeScript without its types: a child that finds that needs no compiler, which is half of its memory. The children
 * themselves are killed and write nothing.
 */
import './whatsapp-web/open-session.ts';

// At last what a child begins with, which ends at once where it has no runner.
await import('./main.ts');
