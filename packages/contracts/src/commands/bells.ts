import { z } from 'zod';
import { bell, botId, workspaceId } from '../define.ts';

const toBot = z.object({ workspaceId, botId });
const fixtures = [{ workspaceId: '7b0f6d3e-5a53-4d52-9f0e-0f7f6b1a2c3d', botId: 'demo' }];

/** A bot has something to send. The row: the oldest `queued` row of a chat that has none `sending`. */
export const messageSend = bell({ id: 'message.send', owner: 'bot-runner', payload: toBot, fixtures });

/** A bot's desired state changed. The row: `bots.status`, `bots.restart_no` and `bots.request`. */
export const botWake = bell({ id: 'bot.wake', owner: 'bot-runner', payload: toBot, fixtures });

/** The simulated phone of a sandbox bot did something. The rows: `sandbox.messages` not yet seen by the bot, `sandbox.devices`. */
export const sandboxWake = bell({ id: 'sandbox.wake', owner: 'bot-runner', payload: toBot, fixtures });
