/** A sink of texts of one line, kept by the day on which they were written. */
export interface Archive {
  /** Resolves when the line is durable. @throws ParleyError `archive_unavailable` */
  append(line: string): Promise<void>;
}
