import { Search } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Input } from '../parts/input.tsx';
import { useShortcuts } from '../shortcuts/use-shortcuts.ts';

/** Typing is not yet asking. */
const quietMs = 250;

/** Search by name, number, e-mail. It is in the URL, so that a reload and the way back find it again. */
export function SearchField({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (q: string | undefined) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  useEffect(() => {
    const wanted = text.trim() === '' ? undefined : text.trim();
    if (wanted === value) return;
    const timer = setTimeout(() => onChange(wanted), quietMs);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  useShortcuts({ '/': () => input.current?.focus() });
  return (
    <div className="relative">
      <label htmlFor={id} className="sr-only">
        {t('leads.search')}
      </label>
      <Search aria-hidden className="pointer-events-none absolute start-2.5 top-2.5 size-4 text-muted" />
      <Input
        ref={input}
        id={id}
        type="search"
        value={text}
        maxLength={100}
        placeholder={t('leads.search')}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          setText('');
          event.currentTarget.blur();
        }}
        className="ps-8.5"
      />
    </div>
  );
}
