import { ActionIcon, Autocomplete, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconSearch, IconSortAscending, IconSortDescending } from '@tabler/icons-react';
import { useState } from 'react';
import { request } from '../../api/http';
import type { Answer } from '../../api/types';
import { usePermission } from '../../sign-in/identity';
import { SORTS } from './list-query';
import classes from './sessions.module.css';
import type { ListQuery } from './use-session-list';

interface ListFiltersProps {
  readonly query: Required<ListQuery>;
  readonly onChange: (name: keyof ListQuery, value: string) => void;
}

/** Somebody who types is not to be answered for each letter. */
const TYPING_MS = 250;

/** What the list is searched by; the service does it. */
export function ListFilters({ query, onChange }: ListFiltersProps) {
  const experiments = useExperimentIds();
  const isAscending = query.order === 'asc';
  return (
    <search className={classes.filters}>
      <TypedField
        label="Search"
        placeholder="Session, caller, phone"
        value={query.search}
        onChange={(value) => onChange('search', value)}
        hasIcon
      />
      <TypedField label="Agent" value={query.agent} onChange={(value) => onChange('agent', value)} />
      <Autocomplete
        label="Experiment"
        data={experiments}
        value={query.experiment}
        onChange={(value) => onChange('experiment', value)}
      />
      <div className={classes.sort}>
        <NativeSelect
          label="Sorted by"
          data={SORTS}
          value={query.sort}
          onChange={({ currentTarget }) => onChange('sort', currentTarget.value)}
        />
        <ActionIcon
          variant="default"
          size="input-sm"
          aria-label={isAscending ? 'Smallest first; turn round' : 'Largest first; turn round'}
          onClick={() => onChange('order', isAscending ? 'desc' : 'asc')}
        >
          {isAscending ? <IconSortAscending aria-hidden size={18} /> : <IconSortDescending aria-hidden size={18} />}
        </ActionIcon>
      </div>
    </search>
  );
}

interface TypedFieldProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly hasIcon?: boolean;
}

function TypedField({ label, placeholder, value, onChange, hasIcon = false }: TypedFieldProps) {
  const [typed, setTyped] = useState(value);
  const change = useDebouncedCallback(onChange, TYPING_MS);
  return (
    <TextInput
      type="search"
      label={label}
      placeholder={placeholder}
      leftSection={hasIcon && <IconSearch aria-hidden size={16} />}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        change(currentTarget.value.trim());
      }}
    />
  );
}

/** Who may not see experiments types them. */
function useExperimentIds(): string[] {
  const { isGranted } = usePermission('audit');
  const { data } = useQuery({
    queryKey: ['experiments'],
    enabled: isGranted,
    queryFn: ({ signal }) => request<Answer<'/v1/admin/experiments', 'get'>>('/v1/admin/experiments', { signal }),
  });
  return data?.experiments.map(({ id }) => id) ?? [];
}
