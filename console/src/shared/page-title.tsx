import { Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageTitleProps {
  /** Of the browser's tab too. */
  readonly title: string;
  readonly children?: ReactNode;
}

/** The heading of a page. */
export function PageTitle({ title, children }: PageTitleProps) {
  useEffect(() => {
    document.title = `${title} · Parley`;
  }, [title]);
  return (
    <Title order={1} size="h3">
      {children ?? title}
    </Title>
  );
}
