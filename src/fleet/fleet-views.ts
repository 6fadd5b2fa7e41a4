import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, type Clock } from '../common/clock';
import { FleetDirectory } from './fleet-directory';
import type { FleetQuery, FleetWindow } from './fleet-query';
import { type FleetPage, FleetView } from './fleet-view';
import { type PageListener, WindowWatch } from './window-watch';

/** A view as long as somebody watches it. */
interface SharedView {
  readonly view: FleetView;
  readonly watches: Set<WindowWatch>;
  readonly leave: () => void;
}

/** Lists of sessions, for who asks once and for who watches; those who watch the same query share its view. */
@Injectable()
export class FleetViews {
  private readonly byQuery = new Map<string, SharedView>();

  constructor(
    private readonly directory: FleetDirectory,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  list(query: FleetQuery, window: FleetWindow): FleetPage {
    const view = this.byQuery.get(keyOf(query))?.view ?? new FleetView(query, this.directory.all());
    return view.page(window);
  }

  /** Tells the page at once, and anew whenever it has changed. Returns how to stop. */
  watch(query: FleetQuery, window: FleetWindow, listener: PageListener): () => void {
    const key = keyOf(query);
    const shared = this.byQuery.get(key) ?? this.open(query);
    this.byQuery.set(key, shared);
    const watch = new WindowWatch(() => shared.view.page(window), listener, this.clock);
    shared.watches.add(watch);
    return () => {
      watch.stop();
      if (!shared.watches.delete(watch) || shared.watches.size > 0) return;
      shared.leave();
      this.byQuery.delete(key);
    };
  }

  private open(query: FleetQuery): SharedView {
    const view = new FleetView(query, this.directory.all());
    const watches = new Set<WindowWatch>();
    const leave = this.directory.listen((change) => {
      if (view.change(change)) for (const watch of watches) watch.changed();
    });
    return { view, watches, leave };
  }
}

function keyOf({ search, agent, experiment, sort, order }: FleetQuery): string {
  return JSON.stringify([search, agent, experiment, sort, order]);
}
