import { z } from 'zod';

/** One thing wrong with the environment. `problem` says what is wanted, never what was given. */
export type ConfigFault = { readonly variable: string; readonly problem: string; readonly description: string };

/** What a generated page or example file says of one variable. */
export type VariableDescription = {
  readonly variable: string;
  readonly description: string;
  /** Whether a server must be given it: a secret's default counts in embedded mode only. */
  readonly required: boolean;
  readonly secret: boolean;
  /** As it would be written in a file; absent for secrets and for what has no default. */
  readonly default?: string;
};

type Source = Readonly<Record<string, string | undefined>>;
type Outcome<T> =
  | { readonly ok: true; readonly config: T }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

const PLACEHOLDER = /^(change|replace|example|placeholder|your|todo|secret$|password$)/i;

/**
 * Reads `schema`'s variables from `source`, all faults at once. An empty variable counts as not set.
 * Outside embedded mode a secret's default is no value, and neither is an example file's placeholder.
 */
export function parseConfig<S extends z.ZodObject>(schema: S, source: Source): Outcome<z.infer<S>> {
  const variables = describeConfig(schema);
  const strict = source.APP_MODE !== 'embedded';
  const given = Object.fromEntries(
    variables.flatMap(({ variable }) => (source[variable] ? [[variable, source[variable]]] : [])),
  );
  const faults = new Map<string, ConfigFault>();
  const fault = (variable: string, problem: string) => {
    const description = variables.find((known) => known.variable === variable)?.description ?? '';
    if (!faults.has(variable)) faults.set(variable, { variable, problem, description });
  };

  for (const { variable } of variables.filter((known) => strict && known.secret)) {
    const value = given[variable];
    if (value === undefined && schema.shape[variable] instanceof z.ZodDefault) {
      fault(variable, 'is not set, and a secret has no default outside embedded mode');
    }
    if (value !== undefined && PLACEHOLDER.test(value)) fault(variable, 'is a placeholder; give it a value of its own');
  }
  const parsed = schema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const variable = String(issue.path[0] ?? '(several)');
    fault(variable, variable in given || issue.path.length === 0 ? issue.message : 'is not set');
  }
  return parsed.success && faults.size === 0
    ? { ok: true, config: parsed.data }
    : { ok: false, faults: [...faults.values()] };
}

/** The variables of a schema in the order written, for generated docs. */
export function describeConfig(schema: z.ZodObject): VariableDescription[] {
  return Object.entries(schema.shape).map(([variable, wrapped]) => {
    let inner = wrapped as z.ZodType;
    let fallback: { value: unknown } | undefined;
    let optional = false;
    while (!inner.description && (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault)) {
      optional = true;
      if (inner instanceof z.ZodDefault) fallback = { value: inner.def.defaultValue };
      inner = inner.def.innerType as z.ZodType;
    }
    const secret = inner.meta()?.secret === true;
    return {
      variable,
      description: inner.description ?? '',
      required: !optional || (secret && fallback !== undefined),
      secret,
      ...(fallback && !secret ? { default: asText(fallback.value) } : {}),
    };
  });
}

function asText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}
