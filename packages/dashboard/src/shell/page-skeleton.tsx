import { useTranslation } from 'react-i18next';
import { cn } from '../parts/cn.ts';
import { gutters } from '../parts/page.tsx';
import { Skeleton } from '../parts/skeleton.tsx';

export function PageSkeleton() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('common.loading')} className={cn(gutters, 'flex flex-col gap-4')}>
      <Skeleton className="h-6 w-40" />
      <Skeleton className="h-24 w-full" />
      <Skeleton className="h-24 w-full" />
    </div>
  );
}
