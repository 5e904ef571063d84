import { useTranslation } from 'react-i18next';

/** The reasons behind a sentence, for whoever wants them. */
export function Why({ reasons }: { readonly reasons: readonly string[] }) {
  const { t } = useTranslation();
  const all = [...new Set(reasons)];
  if (all.length === 0) return null;
  return (
    <details className="mt-1 text-xs">
      <summary className="w-fit cursor-pointer rounded-sm underline decoration-dotted underline-offset-2">
        {t('common.why')}
      </summary>
      {all.map((reason) => (
        <p key={reason} className="mt-1">
          {reason}
        </p>
      ))}
    </details>
  );
}
