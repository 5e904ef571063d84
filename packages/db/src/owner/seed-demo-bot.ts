import { asOwner } from './as-owner.ts';

/**
 * Makes sure the workspace has a bot on the sandbox engine to try things with. An existing bot of this id is left as
 * it is. Answers whether it was made now.
 */
export function seedDemoBot(options: {
  readonly ownerUrl: string;
  readonly workspaceId: string;
  readonly ownerEmail: string;
  readonly id?: string;
  readonly name?: string;
  readonly prompt?: string;
}): Promise<{ botId: string; created: boolean }> {
  const { workspaceId, ownerEmail, id = 'demo', name = 'Demo bot' } = options;
  const prompt =
    options.prompt ??
    [
      'You are the friendly assistant of Cityline Bikes, a small bicycle shop.',
      'City bikes start at 450 euros and electric bikes at 1,400 euros.',
      'We are open Monday to Saturday from 9:00 to 18:00.',
      'Delivery within the city takes two days and is free.',
      'Every bike can be tried in the shop; no appointment is needed.',
      'Answer briefly. A colleague takes over once you know the name of the customer and how to reach them.',
    ].join('\n');
  return asOwner(options.ownerUrl, async (owner) => {
    const { rowCount } = await owner.query(
      `insert into bots (id, workspace_id, name, prompt, owner_email, engine) values ($1, $2, $3, $4, $5, 'sandbox')
       on conflict do nothing`,
      [id, workspaceId, name, prompt, ownerEmail],
    );
    if (rowCount === 0) return { botId: id, created: false };
    await owner.query('insert into bot_features (workspace_id, bot_id) values ($1, $2)', [workspaceId, id]);
    await owner.query(
      'insert into bot_prompts (workspace_id, bot_id, version, prompt, created_by) values ($1, $2, 1, $3, $4)',
      [workspaceId, id, prompt, ownerEmail],
    );
    await owner.query('insert into sandbox.devices (workspace_id, bot_id, own_number) values ($1, $2, $3)', [
      workspaceId,
      id,
      '+15550000001',
    ]);
    return { botId: id, created: true };
  });
}
