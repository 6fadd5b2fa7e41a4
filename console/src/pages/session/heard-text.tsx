import classes from './conversation.module.css';

interface HeardTextProps {
  readonly heard: string;
  readonly generated: string | undefined;
  readonly cause: string | undefined;
}

/** What was heard, and apart from it what was written and not heard. */
export function HeardText({ heard, generated, cause }: HeardTextProps) {
  if (generated === undefined) return heard;
  const why = cause === 'barge_in' ? 'the caller interrupted' : cause;
  if (generated.startsWith(heard)) {
    return (
      <>
        {heard}
        <del className={classes.unheard}>{generated.slice(heard.length)}</del>
        <span className={classes.note}>Only the first part was heard{why && `: ${why}`}.</span>
      </>
    );
  }
  return (
    <>
      {heard}
      <span className={classes.note}>Written by the model instead{why && ` (${why})`}:</span>
      <del className={classes.unheard}>{generated}</del>
    </>
  );
}
