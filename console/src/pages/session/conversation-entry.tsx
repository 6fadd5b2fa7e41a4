import { IconArrowsRightLeft, IconHandStop, IconPlayerPlay } from '@tabler/icons-react';
import { memo, type ReactNode } from 'react';
import { formatDuration, formatTime } from '../../shared/format';
import type { ConversationItem, EventItem, SaidItem } from './conversation';
import classes from './conversation.module.css';
import { HeardText } from './heard-text';
import { ToolCallView } from './tool-call-view';

interface ConversationEntryProps {
  readonly item: ConversationItem;
  readonly startedAt: number | null;
}

/** One entry. Its key stands for it in the page, so that the line above can lead here. */
export const ConversationEntry = memo(function ConversationEntry({ item, startedAt }: ConversationEntryProps) {
  switch (item.kind) {
    case 'said':
      return <Said item={item} startedAt={startedAt} />;
    case 'tool':
      return (
        <li id={item.key} className={classes.tool}>
          <ToolCallView name={item.name} result={item.result} />
        </li>
      );
    case 'event':
      return <Happened item={item} startedAt={startedAt} />;
  }
}, isSame);

/** Items are made anew with each change; nearly all of them are as they were. */
function isSame(before: ConversationEntryProps, after: ConversationEntryProps): boolean {
  return before.startedAt === after.startedAt && JSON.stringify(before.item) === JSON.stringify(after.item);
}

function Said({ item, startedAt }: { readonly item: SaidItem; readonly startedAt: number | null }) {
  const { key, at, speaker, agent, calls } = item;
  return (
    <li id={key} className={classes.said} data-speaker={speaker}>
      <div className={classes.who}>
        <span className={classes.speaker}>{speaker === 'caller' ? 'Caller' : agent}</span>
        <Moment at={at} startedAt={startedAt} />
      </div>
      {(item.heard !== '' || item.generated !== undefined) && (
        <div className={classes.words}>
          <HeardText heard={item.heard} generated={item.generated} cause={item.cause} />
        </div>
      )}
      {calls.map(({ id, name, args, result }, index) => (
        <ToolCallView key={`${id}-${index}`} name={name} args={args} result={result} isUnderWay={!result} />
      ))}
    </li>
  );
}

function Happened({ item, startedAt }: { readonly item: EventItem; readonly startedAt: number | null }) {
  const { icon, words } = describe(item.event);
  return (
    <li id={item.key} className={classes.event} data-kind={item.event.kind}>
      {icon}
      <span>{words}</span>
      <Moment at={item.at} startedAt={startedAt} />
    </li>
  );
}

function describe(event: EventItem['event']): { readonly icon: ReactNode; readonly words: ReactNode } {
  switch (event.kind) {
    case 'handoff': {
      const from = event.from === null ? '' : ` from ${event.from}`;
      return {
        icon: <IconArrowsRightLeft aria-hidden size={16} />,
        words: event.from === null ? `${event.to} takes the call` : `Handoff${from} to ${event.to}`,
      };
    }
    case 'interrupted':
      return { icon: <IconHandStop aria-hidden size={16} />, words: `The caller interrupts (number ${event.epoch})` };
    case 'resumed':
      return { icon: <IconPlayerPlay aria-hidden size={16} />, words: 'The agent may speak again' };
  }
}

function Moment({ at, startedAt }: { readonly at: number | null; readonly startedAt: number | null }) {
  if (at === null) return null;
  const offset = startedAt === null ? undefined : formatDuration(at - startedAt);
  return (
    <time className={classes.moment} dateTime={new Date(at * 1000).toISOString()} title={formatTime(at)}>
      {offset ?? formatTime(at)}
    </time>
  );
}
