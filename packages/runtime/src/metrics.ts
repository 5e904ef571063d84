import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

type Labels = readonly string[];
type Definition<L extends Labels> = { readonly name: string; readonly help: string; readonly labels?: L };

/** Seconds, from a Redis hop to a slow model call. */
const DEFAULT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40];

/**
 * A registry of this process's own (never prom-client's global one, so two can live in one test).
 * Asking twice for the same name gives the same metric. Names begin with `wbm_`; labels are ids, never content.
 */
export class MetricsRegistry {
  readonly #registry = new Registry();

  constructor(service: string) {
    this.#registry.setDefaultLabels({ service });
  }

  /** Memory, CPU, event-loop lag and the like of this process. */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.#registry });
  }

  counter<const L extends Labels = []>(definition: Definition<L>): Counter<L[number]> {
    const existing = this.#registry.getSingleMetric(definition.name);
    if (existing instanceof Counter) return existing as Counter<L[number]>;
    return new Counter({ ...this.#base(definition) });
  }

  /** `collect` runs at each scrape; a gauge of what others own (queue depth) sets itself there. */
  gauge<const L extends Labels = []>(
    definition: Definition<L> & { collect?: (gauge: Gauge<L[number]>) => void | Promise<void> },
  ): Gauge<L[number]> {
    const existing = this.#registry.getSingleMetric(definition.name);
    if (existing instanceof Gauge) return existing as Gauge<L[number]>;
    const { collect } = definition;
    const gauge: Gauge<L[number]> = new Gauge({
      ...this.#base(definition),
      ...(collect ? { collect: () => collect(gauge) } : {}),
    });
    return gauge;
  }

  histogram<const L extends Labels = []>(
    definition: Definition<L> & { buckets?: readonly number[] },
  ): Histogram<L[number]> {
    const existing = this.#registry.getSingleMetric(definition.name);
    if (existing instanceof Histogram) return existing as Histogram<L[number]>;
    return new Histogram({ ...this.#base(definition), buckets: [...(definition.buckets ?? DEFAULT_BUCKETS)] });
  }

  /** The text a Prometheus server reads. */
  async render(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #base<L extends Labels>(definition: Definition<L>) {
    const labelNames = [...(definition.labels ?? [])] as L[number][];
    return { name: definition.name, help: definition.help, labelNames, registers: [this.#registry] };
  }
}
