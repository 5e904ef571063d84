import { createFileRoute } from '@tanstack/react-router';
import { DeniedPage } from '../shell/denied-page.tsx';

export const Route = createFileRoute('/denied')({ component: DeniedPage });
