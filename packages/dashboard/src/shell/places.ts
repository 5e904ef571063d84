import type { SessionView } from '@wbm/contracts';
import { LayoutDashboard, type LucideIcon, MessagesSquare, Smartphone } from 'lucide-react';

export interface Place {
  readonly to: '/' | '/sales' | '/sandbox';
  readonly label: 'nav.overview' | 'nav.sales' | 'nav.sandbox';
  readonly icon: LucideIcon;
  readonly key: string;
}

const overview: Place = { to: '/', label: 'nav.overview', icon: LayoutDashboard, key: 'g o' };
const sales: Place = { to: '/sales', label: 'nav.sales', icon: MessagesSquare, key: 'g s' };
const sandbox: Place = { to: '/sandbox', label: 'nav.sandbox', icon: Smartphone, key: 'g p' };

/** Where this person can go. The sandbox exists in the embedded mode only. */
export function placesOf({ role, mode }: SessionView): readonly Place[] {
  return [...(role === 'admin' ? [overview] : []), sales, ...(mode === 'embedded' ? [sandbox] : [])];
}
