import { ActionIcon, Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { IconLogout, IconUser } from '@tabler/icons-react';
import { request } from '../api/http';
import { changeIdentity, useIdentity } from '../sign-in/identity';

/** Without keys nobody signs in, so nobody can sign out. */
const LOCAL = 'local';

export function IdentityMenu() {
  const { name, role } = useIdentity();
  const queries = useQueryClient();
  const signOut = useMutation({
    mutationFn: () => request<null>('/v1/console/session', { method: 'DELETE' }),
    onSuccess: () => changeIdentity(queries, null),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Signed in as ${name}`}>
          <IconUser aria-hidden size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {name}, role {role}
        </Menu.Label>
        {name !== LOCAL && (
          <Menu.Item leftSection={<IconLogout aria-hidden size={16} />} onClick={() => signOut.mutate()}>
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
