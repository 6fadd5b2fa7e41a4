import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { FleetSort } from '../../api/types';
import classes from './sessions.module.css';
import type { ListQuery } from './use-session-list';

const COLUMNS: readonly { readonly label: string; readonly sort?: FleetSort; readonly isNumber?: boolean }[] = [
  { label: 'Session' },
  { label: 'Agent' },
  { label: 'Caller' },
  { label: 'Duration', sort: 'createdAt', isNumber: true },
  { label: 'Turns', sort: 'turns', isNumber: true },
  { label: 'Interruptions', sort: 'interruptions', isNumber: true },
  { label: 'Last latency', sort: 'lastLatencyMs', isNumber: true },
  { label: 'Service' },
];

interface TableHeadProps {
  readonly query: Required<ListQuery>;
  readonly onSort: (name: 'sort' | 'order', value: string) => void;
}

export function TableHead({ query, onSort }: TableHeadProps) {
  const sortBy = (sort: FleetSort) => {
    if (query.sort === sort) onSort('order', query.order === 'asc' ? 'desc' : 'asc');
    else onSort('sort', sort);
  };
  return (
    <div role="rowgroup" className={classes.headRow}>
      <div role="row" aria-rowindex={1} className={classes.cells}>
        {COLUMNS.map(({ label, sort, isNumber }) => (
          <div
            key={label}
            role="columnheader"
            className={isNumber ? classes.number : undefined}
            aria-sort={sort === query.sort ? (query.order === 'asc' ? 'ascending' : 'descending') : undefined}
          >
            {sort ? (
              <UnstyledButton className={classes.sortButton} onClick={() => sortBy(sort)}>
                {label}
                {sort === query.sort && <Direction order={query.order} />}
              </UnstyledButton>
            ) : (
              label
            )}
          </div>
        ))}
      </div>
    </div>
  );
}

function Direction({ order }: Pick<TableHeadProps['query'], 'order'>) {
  return order === 'asc' ? <IconChevronUp aria-hidden size={14} /> : <IconChevronDown aria-hidden size={14} />;
}
