import { AudioLines, FileText, Film } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cn } from '../parts/cn.ts';
import { kindOf } from './files.ts';

const icons = { video: Film, audio: AudioLines, document: FileText } as const;

/** A small look at a file that is still on this machine only. */
export function ChosenFile({ file, className }: { readonly file: File; readonly className?: string }) {
  const kind = kindOf(file.type);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (kind !== 'image') return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, kind]);
  const shape = cn('shrink-0 rounded-lg', className);
  if (kind === 'image') return <img src={url ?? ''} alt="" className={cn(shape, 'bg-sunken object-cover')} />;
  const Icon = icons[kind === 'video' || kind === 'audio' ? kind : 'document'];
  return (
    <span aria-hidden className={cn(shape, 'grid place-items-center bg-sunken text-muted')}>
      <Icon className="size-5" strokeWidth={1.5} />
    </span>
  );
}
