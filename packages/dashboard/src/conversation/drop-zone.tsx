import { Paperclip } from 'lucide-react';
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** The place over which files can be let go. `onDrop` absent: they cannot, and the browser does as it likes. */
export function DropZone({
  onDrop,
  className,
  children,
}: {
  readonly onDrop: ((files: readonly File[]) => void) | undefined;
  readonly className: string;
  readonly children: ReactNode;
}) {
  const { t } = useTranslation();
  // Entering a child is told before leaving its parent: what counts is how deep one is in.
  const depth = useRef(0);
  const [over, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => onDrop !== undefined && event.dataTransfer.types.includes('Files');
  function move(event: DragEvent, by: 1 | -1): void {
    if (!hasFiles(event)) return;
    depth.current += by;
    setOver(depth.current > 0);
  }
  return (
    <section
      aria-label={t('conversation.label')}
      className={className}
      onDragEnter={(event) => move(event, 1)}
      onDragLeave={(event) => move(event, -1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth.current = 0;
        setOver(false);
        onDrop?.([...event.dataTransfer.files]);
      }}
    >
      {children}
      {over ? (
        <div className="pointer-events-none absolute inset-2 z-30 grid place-items-center rounded-2xl border-2 border-accent border-dashed bg-accent-soft/90 font-medium text-accent-ink">
          <span className="flex items-center gap-2">
            <Paperclip aria-hidden className="size-5" />
            {t('attach.drop')}
          </span>
        </div>
      ) : null}
    </section>
  );
}
