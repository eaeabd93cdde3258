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

/** What was observed of one device in any number of base windows; a sum to add to. */
export interface Amount {
  samples: number;
  total: number;
  least: number;
  most: number;
}

/** Adds observations to a sum. */
export function addObserved(sum: Amount, samples: number, total: number, least: number, most: number): void {
  sum.least = sum.samples === 0 ? least : Math.min(sum.least, least);
  sum.most = sum.samples === 0 ? most : Math.max(sum.most, most);
  sum.samples += samples;
  sum.total += total;
}

/** Observations of one metric in one base window, by a device's row. */
export interface Amounts {
  add(row: number, value: number): void;
  /** Adds what was observed of a row. */
  addTo(sum: Amount, row: number): void;
}

/** Amounts of a metric that counts events: each is 1, so that their number says everything, in 4 bytes a device. */
export class EventAmounts implements Amounts {
  readonly #count = new Column(Uint32Array);

  add(row: number): void {
    this.#count.set(row, this.#count.get(row) + 1);
  }

  addTo(sum: Amount, row: number): void {
    const count = this.#count.get(row);
    if (count > 0) addObserved(sum, count, count, 1, 1);
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

  addTo(sum: Amount, row: number): void {
    const samples = this.#samples.get(row);
    if (samples === 0) return;
    addObserved(sum, samples, this.#total.get(row), this.#least.get(row), this.#most.get(row));
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
