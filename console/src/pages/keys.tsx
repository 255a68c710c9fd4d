// Interface keys: make one, see what each has used, change its limits, give it a new secret, revoke it.

import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import type { Key, KeySettings, NewKey } from "../admin.ts";
import { type Currency, date } from "../format.ts";
import { useEvery, useLoaded } from "../loaded.ts";
import { Confirm } from "../parts/dialog.tsx";
import { Choice, TextField } from "../parts/fields.tsx";
import { Badge } from "../parts/figures.tsx";
import { Icon, type IconName } from "../parts/icon.tsx";
import { complain, say } from "../parts/notices.tsx";
import { Page } from "../parts/page.tsx";
import { Empty, Show } from "../parts/states.tsx";
import { addressOf } from "../router.ts";
import type { PageProps } from "../shell.tsx";
import { Accounts, isShared } from "./accounts.tsx";
import { Allowed, Used } from "./key_facts.tsx";
import { KeyForm } from "./key_form.tsx";
import { KeySecret } from "./key_secret.tsx";

// What is open over the list.
type Open =
  | { what: "form"; key: Key | null }
  | { what: "secret"; made: NewKey; rotated: boolean }
  | { what: "rotate" | "revoke"; key: Key }
  | null;

const refreshSeconds = 5;
const manyKeys = 8; // from then on one looks for a key by its name

export function KeysPage({ admin, status, putPlaygroundKey }: PageProps) {
  const keys = useLoaded(admin.keys, []);
  const accounts = useLoaded(admin.accounts, []);
  const [open, setOpen] = useState<Open>(null);
  const [busy, setBusy] = useState(false);
  useEvery(refreshSeconds, () => {
    keys.again();
    accounts.again();
  });

  const close = () => setOpen(null);
  const replace = (changed: Key) => keys.put((all) => all.map((key) => (key.id === changed.id ? changed : key)));

  const save = async (settings: KeySettings) => {
    if (open?.what !== "form") return;
    if (open.key) {
      replace(await admin.changeKey(open.key.id, settings));
      say("Saved. It holds from the next request on.");
      return close();
    }
    const made = await admin.createKey(settings);
    keys.again();
    accounts.again();
    setOpen({ what: "secret", made, rotated: false });
  };

  const act = async (work: () => Promise<void>) => {
    setBusy(true);
    await work().catch(complain);
    setBusy(false);
  };
  const revoke = (key: Key) =>
    act(async () => {
      replace(await admin.revokeKey(key.id));
      say(`“${key.name}” is revoked.`);
      close();
    });
  const rotate = (key: Key) =>
    act(async () => {
      const made = await admin.rotateKey(key.id);
      replace(made);
      setOpen({ what: "secret", made, rotated: true });
    });

  const create = (
    <button class="button primary" onClick={() => setOpen({ what: "form", key: null })}>
      <Icon name="plus" />
      Create key
    </button>
  );

  return (
    <Page title="Interface keys" lead="Who may use this server, how much, and until when." actions={create}>
      <Show loaded={keys} rows={4} label="Loading keys">
        {(all) =>
          all.length === 0 ? (
            <NoKeys create={create} />
          ) : (
            <KeyList keys={all} currency={status?.currency} open={setOpen} />
          )
        }
      </Show>
      {keys.value !== null && keys.value.length > 0 && <Accounts admin={admin} accounts={accounts} status={status} />}
      {open?.what === "form" && (
        <KeyForm
          before={open.key}
          accounts={(accounts.value ?? []).filter(isShared).map(({ name }) => name)}
          status={status}
          close={close}
          save={save}
        />
      )}
      {open?.what === "secret" && (
        <KeySecret made={open.made} rotated={open.rotated} status={status} close={close} use={putPlaygroundKey} />
      )}
      {open?.what === "revoke" && (
        <Confirm {...revoking(open.key)} busy={busy} close={close} confirm={() => revoke(open.key)} />
      )}
      {open?.what === "rotate" && (
        <Confirm {...rotating(open.key)} busy={busy} close={close} confirm={() => rotate(open.key)} />
      )}
    </Page>
  );
}

const revoking = (key: Key) => ({
  title: `Revoke “${key.name}”?`,
  action: "Revoke key",
  question:
    "Its next request gets a 401 and its running streams end. This cannot be undone; what it used stays in the ledger.",
});

const rotating = (key: Key) => ({
  title: `New secret for “${key.name}”?`,
  action: "Make a new secret",
  question: "The old secret gets a 401 from now on. Limits, budget and what it used stay as they are.",
});

interface KeyListProps {
  keys: Key[];
  currency: Currency;
  open: (open: Open) => void;
}

function KeyList({ keys, currency, open }: KeyListProps) {
  const [shown, setShown] = useState<"active" | "all">("active");
  const [words, setWords] = useState("");
  const active = keys.filter((key) => key.status === "active");
  const named = ({ name, account }: Key) => `${name} ${account}`.toLowerCase().includes(words.trim().toLowerCase());
  const listed = (shown === "active" ? active : keys).filter(named);
  const choices: [typeof shown, string][] = [
    ["active", `Active ${active.length}`],
    ["all", `All ${keys.length}`],
  ];
  return (
    <>
      <div class="toolbar">
        <Choice label="Which keys" value={shown} put={setShown} options={choices} />
        {keys.length > manyKeys && (
          <TextField label="Find" type="search" placeholder="Name or account" value={words} put={setWords} />
        )}
      </div>
      {listed.length === 0 ? (
        <Empty icon="keys" title={words ? "No such key" : "No active key"}>
          <p>{words ? "No name and no account has these letters." : "Every key has been revoked, or has expired."}</p>
        </Empty>
      ) : (
        <ul class="card keys" aria-label="Keys">
          {listed.map((key) => (
            <KeyRow key={key.id} it={key} currency={currency} open={open} />
          ))}
        </ul>
      )}
    </>
  );
}

function NoKeys({ create }: { create: ComponentChild }) {
  return (
    <Empty icon="keys" title="No keys yet">
      <p>
        A key lets a program use this server, with its own limits, and counts what it used. From the first one on, every
        request needs one.
      </p>
      {create}
    </Empty>
  );
}

// A key without a named account has one of its own, which has the key's id.
const whoseWords = ({ source, account, id }: Key): string =>
  source === "configuration" ? "stands in the configuration" : account === id ? "" : account;

const statusKinds = { active: "good", expired: "warm", revoked: "bad" } as const;

function KeyRow({ it, currency, open }: { it: Key; currency: Currency; open: (open: Open) => void }) {
  return (
    <li class={`key-row ${it.status}`} data-key={it.id}>
      <div class="key-name">
        <h2>{it.name}</h2>
        <Badge kind={statusKinds[it.status]}>{it.status}</Badge>
        <p class="muted">
          <code>{it.hint}</code> <span>{whoseWords(it)}</span>
        </p>
      </div>
      <dl class="facts">
        <Used it={it} currency={currency} />
        <Allowed it={it} />
        <div class="dates">
          <dt>{it.revoked_at ? "Revoked" : "Created"}</dt>
          <dd>{date(it.revoked_at ?? it.created_at)}</dd>
          <dd class="note">{it.expires_at ? `expires ${date(it.expires_at)}` : "never expires"}</dd>
        </div>
      </dl>
      <div class="row-actions">
        <a
          class="button quiet"
          href={addressOf("usage", { key: it.id })}
          title="Usage"
          aria-label={`Usage of ${it.name}`}
        >
          <Icon name="usage" />
          <span>Usage</span>
        </a>
        {it.status !== "revoked" && it.source === "store" && (
          <>
            <Action it={it} icon="edit" word="Edit" act={() => open({ what: "form", key: it })} />
            <Action it={it} icon="refresh" word="Rotate" act={() => open({ what: "rotate", key: it })} />
            <Action it={it} icon="revoke" word="Revoke" act={() => open({ what: "revoke", key: it })} />
          </>
        )}
      </div>
    </li>
  );
}

// An icon where there is little room in height, its word beside it where there is little in width.
function Action({ it, icon, word, act }: { it: Key; icon: IconName; word: string; act: () => void }) {
  return (
    <button class={`button quiet ${icon}`} title={word} aria-label={`${word} ${it.name}`} onClick={act}>
      <Icon name={icon} />
      <span>{word}</span>
    </button>
  );
}
