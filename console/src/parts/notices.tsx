// Short words about what has just happened. Shown for a while in a corner, and read out by screen readers.

import { useEffect, useState } from "preact/hooks";

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
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.map(({ number, text, failed }) => (
        <p key={number} class={failed ? "notice failed" : "notice"}>
          {text}
        </p>
      ))}
    </div>
  );
}
