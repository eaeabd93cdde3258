type Values = Float64Array | Uint32Array | Uint8Array;

/** Numbers by row; 0 where nothing was written. It grows as rows are. */
class Column {
  readonly #make: new (
    length: number,
  ) => Values;
  #values: Values;

  constructor(make: new (length: number) => Values) {
    this.#make = make;
    this.#values = new make(64);
  }

  get(row: number): number {
    return this.#values[row] ?? 0;
  }

  set(row: number, value: number): void {
    if (row >= this.#values.length) {
      const wider = new this.#make(2 ** Math.ceil(Math.log2(row + 1)));
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[row] = value;
  }
}

/** What was observed of one device. */
interface Amount {
  readonly samples: number;
  readonly total: number;
  readonly least: number;
  readonly most: number;
}

/** Observations of one metric in one base window, by a device's row. */
export interface Amounts {
  add(row: number, value: number): void;
  /** Zeros for a row without observations. */
  at(row: number): Amount;
}

/** Amounts of a metric that counts events: each is 1, so that their number says everything, in 4 bytes a device. */
export class EventAmounts implements Amounts {
  readonly #count = new Column(Uint32Array);

  add(row: number): void {
    this.#count.set(row, this.#count.get(row) + 1);
  }

  at(row: number): Amount {
    const count = this.#count.get(row);
    const each = Math.min(count, 1);
    return { samples: count, total: count, least: each, most: each };
  }
}

/** Amounts of any numbers, in 28 bytes a device. */
export class NumberAmounts implements Amounts {
  readonly #samples = new Column(Uint32Array);
  readonly #total = new Column(Float64Array);
  readonly #least = new Column(Float64Array);
  readonly #most = new Column(Float64Array);

  add(row: number, value: number): void {
    const samples = this.#samples.get(row);
    this.#samples.set(row, samples + 1);
    this.#total.set(row, this.#total.get(row) + value);
    if (samples === 0 || value < this.#least.get(row)) this.#least.set(row, value);
    if (samples === 0 || value > this.#most.get(row)) this.#most.set(row, value);
  }

  at(row: number): Amount {
    return {
      samples: this.#samples.get(row),
      total: this.#total.get(row),
      least: this.#least.get(row),
      most: this.#most.get(row),
    };
  }
}

/** Which rows are marked, a byte each. */
export class Marks {
  readonly #marks = new Column(Uint8Array);

  set(row: number): void {
    this.#marks.set(row, 1);
  }

  has(row: number): boolean {
    return this.#marks.get(row) > 0;
  }
}
