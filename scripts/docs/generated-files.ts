import { configurationPage, exampleFile, readVariables } from './configuration.ts';
import { messagesPage } from './messages.ts';

/** Every generated file, by its path from the root. */
export async function generatedFiles(root: string): Promise<Map<string, string>> {
  const variables = await readVariables(root);
  return new Map([
    ['docs/configuration.md', configurationPage(variables)],
    ['docs/messages.md', messagesPage()],
    ['.env.example', exampleFile(variables)],
  ]);
}
