import { Emitter } from './emitter.ts';

/** What a model never tells of itself: it would not survive the way to Node. */
const ownBusiness = new Set(['mediaBlob', 'mediaObject', 'mediaData', 'groupMetadata', 'msgs']);

/** Attributes as own properties, whose changes are events of the model and of its collection. */
export class Model extends Emitter {
  [attribute: string]: unknown;
  #collection: Emitter | undefined;

  constructor(attributes: object) {
    super();
    Object.assign(this, attributes);
  }

  belongsTo(collection: Emitter): void {
    this.#collection = collection;
  }

  /** Sets all attributes first and tells of each that changed afterwards. */
  set(attributes: Readonly<Record<string, unknown>>): void {
    const changed = Object.entries(attributes)
      .map(([name, value]) => ({ name, value, previous: this[name] }))
      .filter(({ value, previous }) => value !== previous);
    for (const { name, value } of changed) this[name] = value;
    for (const { name, value, previous } of changed) this.#tell(`change:${name}`, value, previous);
    if (changed.length > 0) this.#tell('change');
  }

  #tell(event: string, ...args: unknown[]): void {
    this.trigger(event, this, ...args);
    this.#collection?.trigger(event, this, ...args);
  }

  serialize(): Record<string, unknown> {
    const all = Object.entries(this).filter(([name, value]) => !ownBusiness.has(name) && typeof value !== 'function');
    return Object.fromEntries(all);
  }

  toJSON(): Record<string, unknown> {
    return this.serialize();
  }
}

/** How a collection calls a thing that may be an id, a key, or its text. */
function nameOf(id: unknown): string {
  if (typeof id === 'object' && id !== null && '_serialized' in id) return String(id._serialized);
  return String(id);
}

/** Models by id. Adding and removing are events. */
export class Collection<M extends Model> extends Emitter {
  readonly #models = new Map<string, M>();

  get(id: unknown): M | undefined {
    return this.#models.get(nameOf(id));
  }

  getModelsArray(): M[] {
    return [...this.#models.values()];
  }

  add(model: M): M {
    const name = nameOf(model.id);
    const known = this.#models.get(name);
    if (known) return known;
    this.#models.set(name, model);
    model.belongsTo(this);
    this.trigger('add', model);
    return model;
  }

  remove(model: M): void {
    if (this.#models.delete(nameOf(model.id))) this.trigger('remove', model);
  }
}
