import { Liquid, Tag, type TagToken, type TopLevelToken } from 'liquidjs';

import type { TemplateLimits } from '../../config/parley-config';
import { boundFilters } from './bounded-filters';
import { boundOutput } from './bounded-output';
import { TemplateRefusal } from './template-issue';

type TagClass = Liquid['tags'][string];

/** Tags that read other templates. */
const READING_TAGS = ['include', 'render', 'layout', 'block'];

/**
 * The one place that configures Liquid. Templates come from outside: they reach the values they are given and nothing
 * else, and what they may cost is limited. Two rules are not here, because they need a look at the parsed template
 * (template-parser.ts): ranges are bounded, and unknown filters are refused with their places. For the latter the
 * engine itself is lenient: its own check stops at the first and knows only the tag that it stands in.
 */
export function createTemplateEngine(limits: TemplateLimits): Liquid {
  const engine = new Liquid({
    ownPropertyOnly: true,
    strictFilters: false,
    strictVariables: false,
    parseLimit: limits.maxCharacters,
    renderLimit: limits.renderTimeoutMs,
    memoryLimit: limits.memoryLimit,
    // No file system: should a tag that reads ever come back, it finds nothing.
    templates: {},
    // Dates read the same on every machine.
    locale: 'en-US',
    timezoneOffset: 0,
  });
  for (const name of READING_TAGS) engine.registerTag(name, refusedTag('cannot be used: a template reads no others'));
  // Keeps a text of any size for every group it meets, uncounted.
  engine.registerTag('cycle', refusedTag('cannot be used'));
  boundFilters(engine, limits.memoryLimit);
  boundOutput(engine);
  return engine;
}

function refusedTag(reason: string): TagClass {
  return class RefusedTag extends Tag {
    constructor(token: TagToken, rest: TopLevelToken[], liquid: Liquid) {
      super(token, rest, liquid);
      throw new TemplateRefusal(`the tag "${token.name}" ${reason}`);
    }

    render(): void {
      // Never made, never rendered.
    }
  };
}
