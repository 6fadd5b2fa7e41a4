import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { pathOf } from '../../api/http';

const FORMATS = [
  { format: 'text', ending: 'txt', label: 'Text' },
  { format: 'json', ending: 'json', label: 'JSON' },
  { format: 'vtt', ending: 'vtt', label: 'WebVTT' },
];

/** The transcript as the service writes it: redacted, unless that is switched off. */
export function ExportMenu({ sessionId }: { readonly sessionId: string }) {
  const path = `${pathOf('/v1/sessions', sessionId)}/transcript`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" leftSection={<IconDownload aria-hidden size={16} />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map(({ format, ending, label }) => (
          <Menu.Item key={format} component="a" href={`${path}?format=${format}`} download={`${sessionId}.${ending}`}>
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
