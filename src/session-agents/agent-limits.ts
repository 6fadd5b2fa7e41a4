/** How much a session may have of agents of its own, and each of them of what. */
export const LIMITS = {
  /** Bytes of UTF-8 of a prompt or a greeting. */
  promptBytes: 32 * 1024,
  descriptionBytes: 4 * 1024,
  templateVars: 100,
  tools: 64,
  /** Bytes of the JSON of free objects: template variables, vendor options, settings of a realtime session. */
  jsonBytes: 64 * 1024,
  /** Bytes of the JSON of a custom agent. */
  definitionBytes: 128 * 1024,
  /** Characters of an experiment's id and of a variant's name. */
  nameCharacters: 64,
  /** Custom agents of one session. */
  customAgents: 32,
  /** Entries of a session's own handoff map. */
  handoffs: 128,
  /** Agents on record that have been in charge, in an export. */
  visitedAgents: 128,
} as const;
