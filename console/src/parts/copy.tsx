// A text to take along: in a box, with a button that copies it.

import { useState } from "preact/hooks";
import { Icon } from "./icon.tsx";
import { complain } from "./notices.tsx";

export function CopyButton({ text, label, primary }: { text: string; label: string; primary?: boolean }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await writeToClipboard(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch {
      complain("The browser did not let it be copied; please select it by hand");
    }
  };
  return (
    <button type="button" class={primary ? "button primary copy" : "button copy"} onClick={copy}>
      <Icon name={copied ? "check" : "copy"} />
      <span aria-live="polite">{copied ? "Copied" : label}</span>
    </button>
  );
}

// Over plain HTTP from another machine there is no clipboard object; the older way works there.
async function writeToClipboard(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text, className: "aside" });
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("refused");
}

export function CodeBox({ title, code, label }: { title: string; code: string; label: string }) {
  return (
    <div class="code-box">
      <h3>{title}</h3>
      <CopyButton text={code} label="Copy" />
      <pre tabIndex={0} aria-label={label}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
