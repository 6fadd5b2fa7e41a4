import { Counter, type Registry } from 'prom-client';

export interface TallyOptions<Value extends string> {
  readonly name: string;
  readonly help: string;
  readonly label: string;
  /** Those that are there from the beginning; others come with their first count, and must be bounded. */
  readonly values?: readonly Value[];
}

/** A counter by one label for where much is counted: that is an addition, and Prometheus is told when it asks. */
export class Tally<Value extends string> {
  private readonly counts = new Map<Value, number>();

  constructor(registry: Registry, { name, help, label, values = [] }: TallyOptions<Value>) {
    for (const value of values) this.counts.set(value, 0);
    const { counts } = this;
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
    });
  }

  count(value: Value): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }
}
