// Signing in with the admin token. The link that the first start prints brings its own, and needs no page.

import { useState } from "preact/hooks";
import type { Admin, Refusal } from "../admin.ts";
import { TextField } from "../parts/fields.tsx";
import { Mark } from "../parts/icon.tsx";

interface SignInProps {
  admin: Admin;
  refused: string | null; // why the link's token was not taken
  done: () => void;
}

export function SignIn({ admin, refused, done }: SignInProps) {
  const [token, setToken] = useState("");
  const [fault, setFault] = useState(refused);
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    if (token.trim() === "") return setFault("Please paste the token");
    setBusy(true);
    try {
      await admin.signIn(token.trim());
      done();
    } catch (error) {
      setFault(inWords(error as Refusal));
      setBusy(false);
    }
  };
  return (
    <main id="main" class="sign-in">
      <form class="card" onSubmit={submit}>
        <Mark />
        <h1>Sign in to Trilogue</h1>
        <p class="muted">
          The first start of the server printed a link that signs in by itself. The token lies in its data directory, in{" "}
          <code>admin.token</code>.
        </p>
        {/* Password managers file it under a name. */}
        <input
          class="aside"
          type="text"
          name="username"
          autocomplete="username"
          value="admin"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <TextField
          label="Admin token"
          type="password"
          name="token"
          autocomplete="current-password"
          autofocus
          value={token}
          put={(value) => (setToken(value), setFault(null))}
          fault={fault ?? undefined}
        />
        <button class="button primary wide" disabled={busy}>
          {busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

export function inWords(refusal: Refusal): string {
  if (refusal.status === 401) return "That token is not valid, or it was used already";
  if (refusal.status === 429) return "Too many attempts. Please wait a minute";
  return refusal.message;
}
