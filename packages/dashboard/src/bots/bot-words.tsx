import type { BotState } from '@wbm/domain';
import { useTranslation } from 'react-i18next';
import { Chip, type Tone } from '../parts/chip.tsx';

const tones: Record<BotState, Tone> = {
  stopped: 'neutral',
  starting: 'info',
  'needs-scan': 'warn',
  'pairing-code': 'warn',
  'needs-passkey': 'warn',
  authenticated: 'info',
  'syncing-history': 'info',
  ready: 'good',
  reconnecting: 'warn',
  conflict: 'bad',
  'logged-out': 'bad',
  failed: 'bad',
};

export function BotStateChip({ state }: { readonly state: BotState }) {
  const { t } = useTranslation();
  return (
    <Chip tone={tones[state]} dot>
      {t(`bot.state.${state}`)}
    </Chip>
  );
}
