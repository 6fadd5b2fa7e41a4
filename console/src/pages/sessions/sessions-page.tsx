import { useSearchParams } from 'wouter';
import { ListFilters } from './list-filters';
import { queryOf, withPart } from './list-query';
import { LiveList } from './live-list';
import type { ListQuery } from './use-session-list';

export default function SessionsPage() {
  const [params, setParams] = useSearchParams();
  const query = queryOf(params);
  const change = (name: keyof ListQuery, value: string) =>
    setParams((before) => withPart(before, name, value), { replace: true });
  return (
    <LiveList query={query} onSort={change}>
      <ListFilters query={query} onChange={change} />
    </LiveList>
  );
}
