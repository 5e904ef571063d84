import { lazy, Suspense } from 'react';
import { Skeleton } from './skeleton.tsx';

const Code = lazy(async () => ({ default: (await import('qrcode.react')).QRCodeSVG }));

/** A QR code, dark on white in either theme: phones do not read it the other way round. What draws it comes with the first. */
export function Qr({ value, size, title }: { readonly value: string; readonly size: number; readonly title: string }) {
  return (
    <span className="block rounded-lg bg-white" style={{ padding: Math.max(6, size / 16) }}>
      <Suspense fallback={<span className="block" style={{ width: size, height: size }} />}>
        <Code value={value} size={size} level="L" title={title} />
      </Suspense>
    </span>
  );
}

export function QrSkeleton({ size }: { readonly size: number }) {
  return (
    <span className="block" style={{ width: size + size / 8, height: size + size / 8 }}>
      <Skeleton className="size-full rounded-lg" />
    </span>
  );
}
