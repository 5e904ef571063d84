/** Where the bytes of a file are in the blob store; both ids as UUIDs in lower case. */
export function mediaKey(workspaceId: string, mediaId: string): string {
  return `media/${workspaceId}/${mediaId}`;
}
