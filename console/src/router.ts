// Which page is shown: the address's fragment, `#/usage?range=7`. A fragment never reaches the server, so every page
// is one file there, and a token in it is in no log.

import { useLayoutEffect, useState } from "preact/hooks";

export type PageName = "keys" | "usage" | "requests" | "playground" | "health";

export interface Place {
  page: PageName;
  query: URLSearchParams;
}

const pages: PageName[] = ["keys", "usage", "requests", "playground", "health"];

export function placeOf(fragment: string): Place {
  const [, name, search] = /^#\/(\w*)(?:\?(.*))?$/.exec(fragment) ?? [];
  return { page: pages.find((page) => page === name) ?? "keys", query: new URLSearchParams(search ?? "") };
}

export function addressOf(page: PageName, query: Record<string, string> = {}): string {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== "")).toString();
  return `#/${page}${search && `?${search}`}`;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  // Before the first paint: from then on the reader may press a link.
  useLayoutEffect(() => {
    const moved = () => setPlace(placeOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  return place;
}

// Keeps what a page shows in its address without a new step in the history.
export function rewrite(page: PageName, query: Record<string, string>): void {
  history.replaceState(null, "", addressOf(page, query));
}

// The one-time token of the link that the first start prints, taken out of the address before anything else happens.
export function takeToken(): string | null {
  const token = /^#token=([^&]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return null;
  history.replaceState(null, "", location.pathname);
  return decodeURIComponent(token);
}
