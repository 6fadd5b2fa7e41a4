import { useSearchParams } from 'wouter';
import { formatCount } from '../../shared/format';
import { PageTitle } from '../../shared/page-title';
import { StaleNotice } from '../../shared/stale-notice';
import { ListFilters } from './list-filters';
import { queryOf, withPart } from './list-query';
import { SessionTable } from './session-table';
import classes from './sessions.module.css';
import { useListWindow } from './use-list-window';
import { type ListQuery, useSessionList } from './use-session-list';

export default function SessionsPage() {
  const [params, setParams] = useSearchParams();
  const query = queryOf(params);
  const { window, showRows } = useListWindow();
  const list = useSessionList(query, window);
  const change = (name: keyof ListQuery, value: string) =>
    setParams((before) => withPart(before, name, value), { replace: true });
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <PageTitle title="Sessions" />
        <span role="status" className={classes.total}>
          {list.total !== undefined && `${formatCount(list.total)} live`}
        </span>
      </div>
      <ListFilters query={query} onChange={change} />
      <StaleNotice what="The list" />
      <SessionTable query={query} list={list} onSort={change} onRows={showRows} />
    </div>
  );
}
