import type { BotView, LeadView } from '@wbm/contracts';
import { customerOf, signIn } from './api.ts';
import { until } from './until.ts';

export interface Scene {
  readonly links: { readonly admin: string; readonly vendor: string };
  /** Called for each thing that happens: who, and what they said or what it came to. */
  readonly tell: (who: string, what: string) => void;
}

/** What the customer of the demo is and says. Searched for in logs and Redis afterwards, where none of it may be. */
export const customerOfTheDemo = {
  name: 'Ana Souza',
  phone: '+5511987654321',
  email: 'ana.souza@example.com',
  place: 'Campinas',
} as const;
const vendorSays = 'Hello Ana, this is Val from the shop. I put one aside for you.';
const afterTheClaim = 'Wonderful, I will come by tomorrow!';

/**
 * Plays a customer's conversation through the sandbox's HTTP API and follows it to the vendor's answer on the customer's
 * phone. Each step is asserted through the API; the first that does not come true throws. Answers all that was said.
 */
export async function playDemo({ links, tell }: Scene): Promise<readonly string[]> {
  const admin = await signIn(links.admin);
  const vendor = await signIn(links.vendor);
  const botId = 'demo';
  const bot = async () => (await admin.get<BotView>(`/api/bots/${botId}`)).body;
  const { phone, name, email, place } = customerOfTheDemo;
  const customer = customerOf(admin, botId, phone, name);

  await until('the demo bot’s QR code', async () => ['needs-scan', 'ready'].includes((await bot()).state));
  await admin.send('POST', `/api/sandbox/bots/${botId}/scan`);
  await until('the demo bot to be ready', async () => (await bot()).state === 'ready');
  tell('bot', 'scanned with the simulated phone, and ready');

  const lines = [
    ['Hi! Do you have city bikes?'],
    [`I am ${name}, from ${place}`],
    ['You can write to me', `my e-mail is ${email}`],
  ];
  for (const [turn, burst] of lines.entries()) {
    for (const line of burst) {
      tell('customer', line);
      const { status } = await customer.write(line);
      assert(status === 201, `the network took the customer's message (${status})`);
    }
    const answers = await until('the bot’s answer', async () => {
      const received = await customer.received();
      return received.length > turn && received;
    });
    tell('bot', answers.at(-1) ?? '');
  }

  const lead = await until('the lead to qualify', async () => {
    const [found] = (await vendor.get<{ items: LeadView[] }>(`/api/leads?botId=${botId}`)).body.items;
    return found?.status === 'qualified' && found;
  });
  assert(lead.name === name, 'the lead has the customer’s name');
  assert(lead.email === email, 'the lead has the customer’s e-mail');
  assert(lead.whatsappNumber === phone, 'the lead has the customer’s number');
  const { fields } = await vendor.lead(lead.id);
  assert(
    fields.some((field) => field.name === 'email' && field.messageId !== null),
    'the e-mail names the message that says so',
  );
  tell('lead', `qualified: ${lead.name}, ${lead.email}, ${lead.location ?? 'place unknown'}`);

  const claim = await vendor.claim(lead.id);
  assert(claim.status === 200, `the vendor could claim the lead (${claim.status})`);
  assert(claim.body.lead.owner === 'human', 'the chat is the vendor’s');
  tell('vendor', 'claimed the lead; the bot is silent from here on');

  const said = await vendor.say(lead.id, vendorSays);
  assert(said.status === 201, `the vendor's message was taken (${said.status})`);
  tell('vendor', vendorSays);
  await until(
    'the vendor’s words on the customer’s phone',
    async () => (await customer.received()).at(-1) === vendorSays,
  );
  tell('customer', '(the phone shows the vendor’s message)');

  const before = (await customer.received()).length;
  tell('customer', afterTheClaim);
  await customer.write(afterTheClaim);
  await until(
    'the customer’s words at the vendor',
    async () => (await vendor.messages(lead.id)).at(-1)?.text === afterTheClaim,
  );
  assert((await customer.received()).length === before, 'the bot said nothing after the claim');
  tell('lead', 'assigned; the customer’s next words went to the vendor');
  return (await vendor.messages(lead.id)).map((message) => message.text);
}

function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`It is not so that ${what}.`);
}
