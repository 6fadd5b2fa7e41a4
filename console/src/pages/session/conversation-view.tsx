import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import type { ConversationItem } from './conversation';
import { ConversationEntry } from './conversation-entry';
import classes from './conversation.module.css';
import { useFollow } from './use-follow';

interface ConversationViewProps {
  readonly items: readonly ConversationItem[];
  /** Seconds since the epoch. */
  readonly startedAt: number | null;
}

/** What was said and done, the newest in view unless somebody reads further up. */
export function ConversationView({ items, startedAt }: ConversationViewProps) {
  const { ref, isFollowing, follow } = useFollow<HTMLDivElement>(items);
  return (
    <div className={classes.frame}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so that the keyboard must reach it */}
      <div ref={ref} className={classes.scroll} role="log" aria-label="Conversation" tabIndex={0}>
        <ol className={classes.items}>
          {items.map((item) => (
            <ConversationEntry key={item.key} item={item} startedAt={startedAt} />
          ))}
        </ol>
      </div>
      {!isFollowing && (
        <Button
          className={classes.newest}
          size="xs"
          leftSection={<IconArrowDown aria-hidden size={14} />}
          onClick={follow}
        >
          Newest
        </Button>
      )}
    </div>
  );
}
