import { expect, test } from 'vitest';
import { MetricsRegistry } from './metrics.ts';

test('asking twice gives the same metric, and gauges are read at the scrape', async () => {
  const metrics = new MetricsRegistry('gateway');
  const define = () => metrics.counter({ name: 'wbm_x_total', help: 'x', labels: ['bot'] });
  define().inc({ bot: 'demo' });
  define().inc({ bot: 'demo' });
  metrics.gauge({ name: 'wbm_y', help: 'y', collect: (gauge) => gauge.set(7) });
  const { text } = await metrics.render();
  expect(text).toContain('wbm_x_total{bot="demo",service="gateway"} 2');
  expect(text).toContain('wbm_y{service="gateway"} 7');
});
