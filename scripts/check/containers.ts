export async function checkContainers(_root: string): Promise<string | undefined> {
  return undefined;
}
