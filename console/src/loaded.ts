// What a page has asked the server for: nothing yet, what came, or why it did not. What came last stays while it is
// asked for again, so that nothing flickers or jumps.

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<Value> {
  value: Value | null;
  failure: string | null;
  loading: boolean;
  again: () => void;
  put: (change: (value: Value) => Value) => void;
}

// `ask` is called at once, whenever something in `inputs` changes, and by again(). Of answers that overtake each other
// the one to the latest question holds.
export function useLoaded<Value>(ask: () => Promise<Value>, inputs: unknown[]): Loaded<Value> {
  const [value, setValue] = useState<Value | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [loading, setLoading] = useState(true);
  const latest = useRef(0);

  const again = useCallback(() => {
    const question = ++latest.current;
    setLoading(true);
    ask()
      .then((answer) => {
        if (question !== latest.current) return;
        setValue(() => answer);
        setFailure(null);
      })
      .catch((error: Error) => question === latest.current && setFailure(error.message))
      .finally(() => question === latest.current && setLoading(false));
  }, inputs);

  useEffect(() => {
    again();
    return () => void ++latest.current;
  }, [again]);

  const put = useCallback(
    (change: (value: Value) => Value) => setValue((now) => (now === null ? now : change(now))),
    [],
  );
  return { value, failure, loading, again, put };
}

// Calls `again` every so often while the page can be seen.
export function useEvery(seconds: number, again: () => void): void {
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === "visible" && again(), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, again]);
}
