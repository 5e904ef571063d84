import type { BotView } from '@wbm/contracts';
import { useTranslation } from 'react-i18next';
import { Field } from '../../parts/field.tsx';
import { Select } from '../../parts/input.tsx';
import { Switch } from '../../parts/switch.tsx';
import { formatLong } from '../../time/measures.ts';
import { useEdited } from './edited.ts';
import { FormEnd } from './form-end.tsx';
import { type BotFormProps, useSaveBot } from './save-bot.ts';

const hourMs = 3_600_000;
const ages = [0, 1, 3, 6, 12, 24, 72, 168].map((hours) => hours * hourMs);

const valuesOf = ({ answerAgeMs, historyCapture }: BotView) => ({ answerAgeMs, historyCapture });

/** What becomes of messages that were written while the bot did not listen. */
export function MissedForm({ bot, saved, onTouched, onSaved, onClose }: BotFormProps) {
  const { t, i18n } = useTranslation();
  const { opened, typed, type, load } = useEdited(bot, valuesOf, { saved, onTouched });
  const { save, problem, busy, forget } = useSaveBot(opened, onSaved);
  // An age that was set elsewhere is a choice as well.
  const choices = [...new Set([...ages, opened.answerAgeMs, typed.answerAgeMs])].sort((a, b) => a - b);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save(typed);
      }}
    >
      <p className="text-muted text-sm">{t('missed.words')}</p>
      <Field label={t('missed.age')} hint={t('missed.ageHint')}>
        {(ids) => (
          <Select
            {...ids}
            value={typed.answerAgeMs}
            onChange={({ target }) => type({ answerAgeMs: Number(target.value) })}
          >
            {choices.map((ms) => (
              <option key={ms} value={ms}>
                {ms === 0 ? t('missed.nothing') : t('missed.upTo', { age: formatLong(ms, i18n.language) })}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Switch
        label={t('missed.capture')}
        hint={t('missed.captureHint')}
        checked={typed.historyCapture}
        onChange={(historyCapture) => type({ historyCapture })}
      />
      <FormEnd
        problem={problem}
        busy={busy}
        onClose={onClose}
        onLoad={() => {
          load();
          forget();
        }}
      />
    </form>
  );
}
