import { lazy, type ReactNode, Suspense } from 'react';

export interface DialogProps {
  readonly onClose: () => void;
  readonly title: string;
  readonly description?: string;
  /** Centred on a desk and a sheet from below on a phone, or a drawer at the right. */
  readonly side?: 'centre' | 'right';
  readonly children: ReactNode;
}

const DialogWindow = lazy(() => import('./dialog-window.tsx'));

/** A window over the page. Its code comes when the first one opens. */
export function Dialog({ open = true, ...rest }: DialogProps & { readonly open?: boolean }) {
  if (!open) return null;
  return (
    <Suspense fallback={null}>
      <DialogWindow {...rest} />
    </Suspense>
  );
}
