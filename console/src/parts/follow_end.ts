// Keeps the end of something that grows in sight, until the reader scrolls away from it, and again once back there.

import { useLayoutEffect, useRef } from "preact/hooks";

const closeEnough = 40; // pixels

export function useFollowEnd() {
  const ref = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (ref.current && atEnd.current) ref.current.scrollTop = ref.current.scrollHeight;
  });
  const onScroll = () => {
    const element = ref.current;
    if (element) atEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < closeEnough;
  };
  return { ref, onScroll };
}
