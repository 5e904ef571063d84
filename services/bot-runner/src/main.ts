import { runService } from '@wbm/runtime';
import { compose } from './compose.ts';
import { config } from './config.ts';

await runService('bot-runner', config, compose);
