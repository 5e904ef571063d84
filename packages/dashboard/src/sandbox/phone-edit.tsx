import { Check, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const act = 'grid size-10 shrink-0 place-items-center rounded-full [&_svg]:size-4.5';

/** In place of the composer while a message that was sent is edited. */
export function PhoneEdit({
  text,
  onSave,
  onCancel,
}: {
  readonly text: string;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  return (
    <form
      className="bg-[#f0f2f5] p-2 dark:bg-[#111b21]"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onSave(typed.trim());
      }}
    >
      <p className="px-3 pt-0.5 pb-1.5 font-medium text-[#54656f] text-xs dark:text-[#b6c2c8]">
        {t('sandbox.editing')}
      </p>
      <div className="flex items-center gap-1">
        <button
          type="button"
          aria-label={t('common.cancel')}
          onClick={onCancel}
          className={`${act} text-[#54656f] hover:bg-black/5 dark:text-[#b6c2c8] dark:hover:bg-white/10`}
        >
          <X aria-hidden />
        </button>
        <input
          // biome-ignore lint/a11y/noAutofocus: somebody has just asked to write here.
          autoFocus
          aria-label={t('sandbox.editing')}
          value={typed}
          maxLength={4_096}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && onCancel()}
          className="me-1 h-10 min-w-0 flex-1 rounded-full bg-white px-4 text-[#111b21] text-lg sm:text-base dark:bg-[#2a3942] dark:text-[#e9edef]"
        />
        <button
          type="submit"
          aria-label={t('common.save')}
          className={`${act} bg-[#07735f] text-white hover:bg-[#075e54]`}
        >
          <Check aria-hidden />
        </button>
      </div>
    </form>
  );
}
