/** How long the typing mark shows before a message leaves, in milliseconds: 400 to 2500, by length. */
export function typingMs(text: string): number {
  return Math.min(2_500, 400 + text.length * 15);
}
