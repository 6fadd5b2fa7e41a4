import { useCallback, useEffect, useRef, useState } from 'react';
import { windowAround } from './list-query';
import type { ListWindow } from './use-session-list';

/** Somebody who drags the scroll bar through the list asks only for where it stops. */
const SETTLE_MS = 80;

/** The window that follows what is in view. */
export function useListWindow() {
  const [window, setWindow] = useState<ListWindow>(() => windowAround(0, 0));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const showRows = useCallback((first: number, last: number) => {
    clearTimeout(timer.current);
    const next = windowAround(first, last);
    timer.current = setTimeout(() => setWindow((before) => (isSame(before, next) ? before : next)), SETTLE_MS);
  }, []);
  return { window, showRows };
}

function isSame(left: ListWindow, right: ListWindow): boolean {
  return left.offset === right.offset && left.limit === right.limit;
}
