/** E.164 of a number or of the number in a WhatsApp id: `5511987654321@c.us` is `+5511987654321`. */
export function phoneOf(address: string): string {
  return `+${address.replace(/@.*$/, '').replaceAll(/\D/g, '')}`;
}

/** The simulated chat an id of WhatsApp names: by hidden id (`…@lid`) or by number. */
export function whereJid(jid: string): { lid: string } | { phone: string } {
  return jid.endsWith('@lid') ? { lid: jid.replace(/@lid$/, '') } : { phone: phoneOf(jid) };
}
