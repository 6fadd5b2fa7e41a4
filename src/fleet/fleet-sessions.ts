import { Injectable } from '@nestjs/common';
import type { FleetQuery, FleetWindow } from './fleet-query';
import { FleetSurvey } from './fleet-survey';
import type { FleetPage } from './fleet-view';
import { FleetViews } from './fleet-views';
import type { PageListener } from './window-watch';

/** The live sessions of the whole fleet, searched and sorted in memory. */
@Injectable()
export class FleetSessions {
  constructor(
    private readonly views: FleetViews,
    private readonly survey: FleetSurvey,
  ) {}

  /** After a start it waits until the store has been looked through. */
  async list(query: FleetQuery, window: FleetWindow): Promise<FleetPage> {
    await this.survey.caughtUp();
    return this.views.list(query, window);
  }

  /** Tells the page at once, and anew whenever what it shows has changed. Returns how to stop. */
  watch(query: FleetQuery, window: FleetWindow, listener: PageListener): () => void {
    return this.views.watch(query, window, listener);
  }
}
