/** The few items with the lowest numbers, of many that come one by one: a bounded heap. */
export class Lowest {
  readonly #count: number;
  /** A heap, the highest number first; of equal numbers the later item. */
  readonly #numbers: Float64Array;
  readonly #items: Uint32Array;
  #length = 0;

  /** @param count how many items are wanted */
  constructor(count: number) {
    this.#count = count;
    this.#numbers = new Float64Array(count);
    this.#items = new Uint32Array(count);
  }

  /** Whether an item with this number would be among them, so far; of equal numbers the earlier item is. */
  accepts(number: number): boolean {
    return this.#length < this.#count || number < (this.#numbers[0] ?? -Infinity);
  }

  /** Takes an item that {@link accepts} lets in; items come in ascending order. */
  add(number: number, item: number): void {
    if (this.#length < this.#count) this.#rise(this.#length++, number, item);
    else this.#sink(number, item);
  }

  /** The items in the order of their numbers; those of equal numbers as they came. */
  sorted(): Uint32Array {
    const places = new Uint32Array(this.#length).map((_, place) => place);
    places.sort((left, right) => {
      const difference = (this.#numbers[left] ?? 0) - (this.#numbers[right] ?? 0);
      // Infinite numbers differ by NaN where they are equal.
      return difference || (this.#items[left] ?? 0) - (this.#items[right] ?? 0);
    });
    return places.map((place) => this.#items[place] ?? 0);
  }

  #rise(from: number, number: number, item: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (!this.#isBelow(parent, number, item)) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, number, item);
  }

  #sink(number: number, item: number): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#length) break;
      const other = child + 1;
      if (other < this.#length && this.#isBelow(child, this.#numbers[other] ?? 0, this.#items[other] ?? 0))
        child = other;
      if (this.#isBelow(child, number, item)) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, number, item);
  }

  /** Whether what stands at a place comes before another item. */
  #isBelow(place: number, number: number, item: number): boolean {
    const own = this.#numbers[place] ?? 0;
    return own === number ? (this.#items[place] ?? 0) < item : own < number;
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#numbers[from] ?? 0, this.#items[from] ?? 0);
  }

  #put(place: number, number: number, item: number): void {
    this.#numbers[place] = number;
    this.#items[place] = item;
  }
}
