import { Link } from '@tanstack/react-router';
import { ShieldX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../parts/button.tsx';
import { Empty } from '../parts/empty.tsx';

/** For people who signed in but are no member of a workspace. */
export function DeniedPage() {
  const { t } = useTranslation();
  return (
    <main className="grid min-h-full place-items-center">
      <Empty
        heading="h1"
        icon={ShieldX}
        title={t('denied.title')}
        action={
          <Button asChild>
            <Link to="/login">{t('denied.signIn')}</Link>
          </Button>
        }
      >
        {t('denied.words')}
      </Empty>
    </main>
  );
}
