// The frame of a page: its title takes the focus when one comes to it, so that a screen reader says where one is.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface PageProps {
  title: string;
  lead: string;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

let first = true; // the first page shown leaves the focus where the browser has it

export function Page({ title, lead, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${title} · Trilogue`;
    if (!first) heading.current?.focus();
    first = false;
  }, []);
  return (
    <main id="main" class="page">
      <header class="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          <p>{lead}</p>
        </div>
        {actions && <div class="actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}
