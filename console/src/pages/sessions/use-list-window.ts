import { useThrottledCallback } from '@mantine/hooks';
import { useState } from 'react';
import { windowAround } from './list-query';
import type { ListWindow } from './use-session-list';

/** Somebody who drags the scroll bar through the list does not ask for all of it. */
const PAUSE_MS = 100;

/** The window that follows what is in view. */
export function useListWindow() {
  const [window, setWindow] = useState<ListWindow>(() => windowAround(0, 0));
  const showRows = useThrottledCallback((first: number, last: number) => {
    const next = windowAround(first, last);
    setWindow((before) => (before.offset === next.offset && before.limit === next.limit ? before : next));
  }, PAUSE_MS);
  return { window, showRows };
}
