// The frame around the pages: the navigation at the side (above, on a phone), the theme, and the way out.

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Admin, Status } from "./admin.ts";
import { Icon, type IconName, Mark } from "./parts/icon.tsx";
import { type PageName, addressOf } from "./router.ts";
import { type Theme, setTheme, theme } from "./theme.ts";

// What every page is given.
export interface PageProps {
  admin: Admin;
  status: Status | null; // as of signing in; null until it is there
  query: URLSearchParams;
  playgroundKey: string; // in this tab's memory only
  putPlaygroundKey: (key: string) => void;
}

const links: [PageName, string, string?][] = [
  ["keys", "Interface keys", "Keys"],
  ["usage", "Usage"],
  ["requests", "Requests"],
  ["playground", "Playground"],
  ["health", "Health"],
];

interface ShellProps {
  page: PageName;
  leave: () => void;
  children: ComponentChildren;
}

export function Shell({ page, leave, children }: ShellProps) {
  const skip = (event: Event) => {
    event.preventDefault(); // the fragment is the router's
    document.querySelector<HTMLElement>("main h1")?.focus();
  };
  return (
    <div class="shell">
      <a class="skip" href="#main" onClick={skip}>
        To the content
      </a>
      <header class="sidebar">
        <a class="brand" href={addressOf("keys")}>
          <Mark />
          <span>Trilogue</span>
        </a>
        <nav aria-label="Pages">
          {links.map(([name, words, short]) => (
            <a key={name} href={addressOf(name)} aria-current={name === page ? "page" : undefined}>
              <Icon name={name as IconName} />
              <span class={short ? "long" : ""}>{words}</span>
              {short && (
                <span class="short" aria-hidden="true">
                  {short}
                </span>
              )}
            </a>
          ))}
        </nav>
        <div class="sidebar-foot">
          <ThemeSwitch />
          <button class="button quiet" onClick={leave}>
            <Icon name="leave" />
            <span>Sign out</span>
          </button>
        </div>
      </header>
      {children}
    </div>
  );
}

const themes: [Theme, IconName, string][] = [
  ["system", "system", "As the system"],
  ["light", "sun", "Light"],
  ["dark", "moon", "Dark"],
];

function ThemeSwitch() {
  const [chosen, setChosen] = useState(theme);
  return (
    <div class="choice icons" role="radiogroup" aria-label="Theme">
      {themes.map(([name, icon, words]) => (
        <label key={name} title={words}>
          <input
            type="radio"
            name="theme"
            aria-label={words}
            checked={chosen === name}
            onChange={() => (setTheme(name), setChosen(name))}
          />
          <span>
            <Icon name={icon} />
          </span>
        </label>
      ))}
    </div>
  );
}
