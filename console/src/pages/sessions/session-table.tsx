import { useMediaQuery } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { EmptyState, ErrorState, LoadingState } from '../../shared/states';
import { SessionRow } from './session-row';
import classes from './sessions.module.css';
import { TableHead } from './table-head';
import type { ListQuery, SessionList } from './use-session-list';
import { useRowKeys } from './use-row-keys';

interface SessionTableProps {
  readonly query: Required<ListQuery>;
  readonly list: SessionList;
  readonly onSort: (name: 'sort' | 'order', value: string) => void;
  /** Tells which rows are in view. */
  readonly onRows: (first: number, last: number) => void;
}

const ROW_PX = 44;
/** On a phone a row is a card. */
const CARD_PX = 112;
const OVERSCAN = 8;

/** All sessions in one list, of which only the rows in view are made. */
export function SessionTable({ query, list, onSort, onRows }: SessionTableProps) {
  const scroll = useRef<HTMLDivElement>(null);
  const isNarrow = useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false });
  const count = list.total ?? 0;
  const rowPx = isNarrow ? CARD_PX : ROW_PX;
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing of it is handed to what is memoized
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
  });
  useEffect(() => rows.measure(), [rows, rowPx]);
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onRows(first, last), [onRows, first, last]);
  const onKeyDown = useRowKeys(scroll, count, (index) => rows.scrollToIndex(index));
  const key = JSON.stringify(query);
  useEffect(() => {
    if (scroll.current) scroll.current.scrollTop = 0;
  }, [key]);

  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- the keys lead from link to link
    <div ref={scroll} className={classes.scroll} onKeyDown={onKeyDown}>
      <div role="table" aria-label="Live sessions" aria-rowcount={count + 1} className={classes.table}>
        <TableHead query={query} onSort={onSort} />
        <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start, size }) => (
            <SessionRow key={index} index={index} top={start} height={size} session={list.rowAt(index)} />
          ))}
        </div>
      </div>
      <ListState query={query} list={list} />
    </div>
  );
}

/** What stands in place of rows where there are none. */
function ListState({ query, list: { total, error } }: Pick<SessionTableProps, 'query' | 'list'>) {
  if (error) return <ErrorState title="The list cannot be shown" error={error} />;
  if (total === undefined) return <LoadingState label="Loading the sessions" />;
  if (total > 0) return null;
  const isFiltered = query.search !== '' || query.agent !== '' || query.experiment !== '';
  return isFiltered ? (
    <EmptyState title="No session fits the search">Ids and names are found by any part of them.</EmptyState>
  ) : (
    <EmptyState title="No live sessions">A call appears here as soon as it begins.</EmptyState>
  );
}
