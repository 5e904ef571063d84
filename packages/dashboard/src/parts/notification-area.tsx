import { useEffect } from 'react';
import { Toaster, toast } from 'sonner';
import { useTheme } from '../theme.ts';
import { showNews } from './notify.ts';

export default function NotificationArea() {
  const { resolved } = useTheme();
  // The Toaster's own effect runs first, so it hears what is shown here.
  useEffect(() => showNews(({ kind, words }) => void toast[kind](words)), []);
  return <Toaster theme={resolved} position="top-center" toastOptions={{ className: 'font-sans' }} />;
}
