import type { ReactNode } from 'react';
import { formatCount } from '../../shared/format';
import { PageTitle } from '../../shared/page-title';
import { StaleNotice } from '../../shared/stale-notice';
import { SessionTable } from './session-table';
import classes from './sessions.module.css';
import { useListWindow } from './use-list-window';
import { type ListQuery, useSessionList } from './use-session-list';

interface LiveListProps {
  readonly query: Required<ListQuery>;
  readonly onSort: (name: 'sort' | 'order', value: string) => void;
  /** What stands between the heading and the list; made outside, so that it is not made anew with every push. */
  readonly children: ReactNode;
}

export function LiveList({ query, onSort, children }: LiveListProps) {
  const { window, showRows } = useListWindow();
  const list = useSessionList(query, window);
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <PageTitle title="Sessions" />
        <span className={classes.total}>{list.total !== undefined && `${formatCount(list.total)} live`}</span>
      </div>
      {children}
      <StaleNotice what="The list" />
      <SessionTable query={query} list={list} onSort={onSort} onRows={showRows} />
    </div>
  );
}
