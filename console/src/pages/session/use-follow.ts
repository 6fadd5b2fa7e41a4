import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

interface Follow<E> {
  readonly ref: RefObject<E | null>;
  readonly isFollowing: boolean;
  /** Goes to the end and stays there. */
  readonly follow: () => void;
}

/** So near to the end counts as being there. */
const NEAR_PX = 48;

/** Keeps the end of a scrolled element in view while it grows, unless somebody has scrolled away from it. */
export function useFollow<E extends HTMLElement>(content: unknown): Follow<E> {
  const ref = useRef<E>(null);
  const [isFollowing, setFollowing] = useState(true);
  const toEnd = useCallback(() => {
    const element = ref.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, []);
  useEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const look = () => setFollowing(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_PX);
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, []);
  useLayoutEffect(() => {
    if (isFollowing) toEnd();
  }, [content, isFollowing, toEnd]);
  const follow = useCallback(() => {
    setFollowing(true);
    toEnd();
  }, [toEnd]);
  return { ref, isFollowing, follow };
}
