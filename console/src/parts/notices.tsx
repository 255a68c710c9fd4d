// Short words about what has just happened. Shown for a while in a corner, and read out by screen readers.

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Notice {
  number: number;
  text: string;
  failed: boolean;
}

let show: (notice: Omit<Notice, "number">) => void = () => {};

export const say = (text: string) => show({ text, failed: false });
export const complain = (error: unknown) =>
  show({ text: error instanceof Error ? error.message : String(error), failed: true });

const shownMs = 5000;

export function Notices() {
  const [notices, setNotices] = useState<Notice[]>([]);
  useEffect(() => {
    let number = 0;
    show = (notice) => {
      const mine = ++number;
      setNotices((now) => [...now.slice(-2), { ...notice, number: mine }]);
      setTimeout(() => setNotices((now) => now.filter((other) => other.number !== mine)), shownMs);
    };
  }, []);
  // A popover that is shown anew stands above everything, an open dialog too.
  const corner = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    corner.current?.hidePopover();
    if (notices.length > 0) corner.current?.showPopover();
  }, [notices]);
  return (
    <>
      <p class="aside" role="status">
        {notices.at(-1)?.text}
      </p>
      <div class="notices" aria-hidden="true" popover="manual" ref={corner}>
        {notices.map(({ number, text, failed }) => (
          <p key={number} class={failed ? "notice failed" : "notice"}>
            {text}
          </p>
        ))}
      </div>
    </>
  );
}
