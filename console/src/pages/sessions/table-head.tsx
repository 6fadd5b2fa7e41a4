import { UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { FleetSort } from '../../api/types';
import classes from './sessions.module.css';
import type { ListQuery } from './use-session-list';

interface Column {
  readonly label: string;
  readonly sort?: FleetSort;
  readonly isNumber?: boolean;
  /** The largest figure is that of the smallest value it is sorted by: who began first has lasted longest. */
  readonly isReversed?: boolean;
}

const COLUMNS: readonly Column[] = [
  { label: 'Session' },
  { label: 'Agent' },
  { label: 'Caller' },
  { label: 'Duration', sort: 'createdAt', isNumber: true, isReversed: true },
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
        {COLUMNS.map(({ label, sort, isNumber, isReversed = false }) => {
          const isAscending = (query.order === 'asc') !== isReversed;
          const direction = sort === query.sort ? (isAscending ? 'ascending' : 'descending') : undefined;
          return (
            <div
              key={label}
              role="columnheader"
              className={isNumber ? classes.number : undefined}
              aria-sort={direction}
            >
              {sort ? (
                <UnstyledButton className={classes.sortButton} onClick={() => sortBy(sort)}>
                  {label}
                  {direction && <Direction direction={direction} />}
                </UnstyledButton>
              ) : (
                label
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Direction({ direction }: { readonly direction: 'ascending' | 'descending' }) {
  const Icon = direction === 'ascending' ? IconChevronUp : IconChevronDown;
  return <Icon aria-hidden size={14} />;
}
