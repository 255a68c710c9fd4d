// A dialog over the page. The browser's own: it keeps the focus inside, closes with Escape, and gives the focus back.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

interface DialogProps {
  title: string;
  close: () => void;
  keep?: boolean; // neither Escape nor the cross closes it: what it shows is shown once
  children: ComponentChildren;
}

let dialogs = 0;

export function Dialog({ title, close, keep, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useRef(`dialog-${++dialogs}`).current;
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  const cancelled = (event: Event) => {
    event.preventDefault(); // the owner takes it away, so that state and picture agree
    if (!keep) close();
  };
  return (
    <dialog ref={element} aria-labelledby={id} onCancel={cancelled}>
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        {!keep && (
          <button type="button" class="button quiet square" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  question: string;
  action: string;
  busy: boolean;
  close: () => void;
  confirm: () => void;
}

// Asks before something that cannot be undone. The focus begins on the way back.
export function Confirm({ title, question, action, busy, close, confirm }: ConfirmProps) {
  return (
    <Dialog title={title} close={close}>
      <p class="dialog-body prose">{question}</p>
      <footer class="dialog-foot">
        <button type="button" class="button" autofocus onClick={close}>
          Keep it
        </button>
        <button type="button" class="button danger" disabled={busy} onClick={confirm}>
          {action}
        </button>
      </footer>
    </Dialog>
  );
}
