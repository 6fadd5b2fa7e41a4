/** Where a program writes to. */
export interface Output extends NodeJS.WritableStream {
  readonly isTTY?: boolean;
}
