/** The lines of a process's output that are JSON objects. */
export function jsonLines<T>(output: string): T[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    return [JSON.parse(line) as T];
  });
}
