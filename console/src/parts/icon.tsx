// The icons, drawn on a grid of 20 with one stroke width. They decorate: the words beside them say what they mean.

const paths = {
  keys: "M12.5 7.5h.01M7.2 12.8 3 17v0h3v-2h2v-2l1.3-1.3M13 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8Z",
  usage: "M3 17h14M5.5 17v-5M10 17V4M14.5 17V8.5",
  requests: "M3 5h8M3 10h14M7 15h8",
  playground: "M3 4h14v9H9l-4 3.5V13H3z",
  health: "M2.5 10.5H6L8 5l4 10 2-4.5h3.5",
  sun: "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16.5 11.8A6.8 6.8 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3Z",
  system: "M3 4h14v9H3zM7.5 16.5h5M10 13v3.5",
  leave: "M8 3H4v14h4M12.5 6.5 16 10l-3.5 3.5M16 10H8",
  plus: "M10 4v12M4 10h12",
  copy: "M7 7h9v10H7zM4 13V3h9",
  check: "m4 10.5 4 4 8-9",
  close: "m5 5 10 10M15 5 5 15",
  chevron: "m7.5 5 5 5-5 5",
  refresh: "M16.2 8.5A6.5 6.5 0 1 0 16.5 11M16.5 4v4.5H12",
  send: "M10 16.5v-13M4.5 9 10 3.5 15.5 9",
  edit: "M4 16h3l8.5-8.5-3-3L4 13zM10.5 6.5l3 3",
  revoke: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM5.2 5.2l9.6 9.6",
  stop: "M6 6h8v8H6z",
  download: "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
  warning: "M10 3.5 2.5 16.5h15zM10 8v4M10 14.2h.01",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}

// Three voices, one of them speaking.
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M8 9.8h10M8 22.2h7" />
      <path class="speaking" d="M13 16h11" />
    </svg>
  );
}
