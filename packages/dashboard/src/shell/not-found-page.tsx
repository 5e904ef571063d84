import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-full place-items-center">
      <Empty
        heading="h1"
        icon={Compass}
        title={t('notFound.title')}
        action={
          <Button asChild>
            <Link to="/">{t('notFound.home')}</Link>
          </Button>
        }
      >
        {t('notFound.words')}
      </Empty>
    </main>
  );
}
