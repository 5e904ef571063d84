import { CircleAlert, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../parts/icon-button.tsx';
import { Notice } from '../parts/notice.tsx';
import { formatBytes } from '../time/measures.ts';
import { ChosenFile } from './chosen-file.tsx';
import { kindOf, mostFiles, type RefusedFile, sentAs } from './files.ts';

/** The files that go with what is being written, and why others cannot. */
export function AttachmentTray({
  files,
  refused,
  onRemove,
  onSeen,
}: {
  readonly files: readonly File[];
  readonly refused: readonly RefusedFile[];
  readonly onRemove: (file: File) => void;
  /** The words about refused files were read. */
  readonly onSeen: () => void;
}) {
  const { t, i18n } = useTranslation();
  return (
    <>
      {refused.length === 0 ? null : (
        <Notice
          icon={CircleAlert}
          tone="bad"
          live
          action={
            <IconButton label={t('common.close')} side="top" className="-my-1" onClick={onSeen}>
              <X />
            </IconButton>
          }
        >
          {refused.map(({ name, why, limit }) => (
            <p key={name} className="break-words">
              {t(`attach.${why}`, { name, limit: formatBytes(limit, i18n.language), count: mostFiles })}
            </p>
          ))}
        </Notice>
      )}
      {files.length === 0 ? null : (
        <ul aria-label={t('attach.files')} className="flex gap-2 overflow-x-auto pb-1">
          {files.map((file, n) => (
            <li
              key={`${file.name} ${n}`}
              className="flex shrink-0 items-center gap-2 rounded-xl border border-line bg-raised py-1.5 ps-1.5 pe-1"
            >
              <ChosenFile file={file} className="size-11" />
              <span className="min-w-0 max-w-40">
                <span className="block truncate font-medium text-xs">{file.name}</span>
                <span className="block text-muted text-xs tabular-nums">{formatBytes(file.size, i18n.language)}</span>
                {kindOf(file.type) !== sentAs(file) ? (
                  <span className="block text-muted text-xs">{t('attach.asDocument')}</span>
                ) : null}
              </span>
              <IconButton label={t('attach.remove', { name: file.name })} side="top" onClick={() => onRemove(file)}>
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
