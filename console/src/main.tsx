// Where the console begins: who is signed in decides between the sign-in page and the pages of the shell.

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Admin, type Refusal, type Status } from "./admin.ts";
import { HealthPage } from "./pages/health.tsx";
import { KeysPage } from "./pages/keys.tsx";
import { PlaygroundPage } from "./pages/playground.tsx";
import { RequestsPage } from "./pages/requests.tsx";
import { SignIn, inWords } from "./pages/sign_in.tsx";
import { UsagePage } from "./pages/usage.tsx";
import { Notices, complain } from "./parts/notices.tsx";
import { takeToken, usePlace } from "./router.ts";
import { Shell } from "./shell.tsx";
import "./styles/index.css";

const admin = new Admin();
const pages = {
  keys: KeysPage,
  usage: UsagePage,
  requests: RequestsPage,
  playground: PlaygroundPage,
  health: HealthPage,
};

function Console({ signedIn, refused }: { signedIn: boolean; refused: string | null }) {
  const [inside, setInside] = useState(signedIn);
  useEffect(() => {
    admin.onSignedOut = () => setInside(false);
  }, []);
  return (
    <>
      {inside ? (
        <Inside leave={() => setInside(false)} />
      ) : (
        <SignIn admin={admin} refused={refused} done={() => setInside(true)} />
      )}
      <Notices />
    </>
  );
}

function Inside({ leave }: { leave: () => void }) {
  const { page, query } = usePlace();
  const [status, setStatus] = useState<Status | null>(null);
  const [playgroundKey, putPlaygroundKey] = useState("");
  // Asked again with every page: the first key changes what a request needs.
  useEffect(
    () =>
      void admin
        .status()
        .then(setStatus)
        .catch(() => {}),
    [page],
  );
  const signOut = () => admin.signOut().then(leave).catch(complain);
  const Shown = pages[page];
  return (
    <Shell page={page} leave={signOut}>
      <Shown key={`${page}?${query}`} {...{ admin, status, query, playgroundKey, putPlaygroundKey }} />
    </Shell>
  );
}

// The session of this browser, if it has one, or the one that the link's token opens.
async function begin(): Promise<{ signedIn: boolean; refused: string | null }> {
  const token = takeToken();
  try {
    await (token === null ? admin.resume() : admin.signIn(token));
    return { signedIn: true, refused: null };
  } catch (error) {
    const refusal = error as Refusal;
    const expected = token === null && refusal.status === 401;
    return { signedIn: false, refused: expected ? null : inWords(refusal) };
  }
}

// The letters are there before the first word, so that nothing moves.
const letters = Promise.all(
  ["400 1em Geist", "600 1em Geist", "400 1em 'Geist Mono'"].map((font) => document.fonts.load(font)),
);
const patience = new Promise((resolve) => setTimeout(resolve, 600));

const [first] = await Promise.all([begin(), Promise.race([letters, patience])]);
const app = document.getElementById("app");
if (app) render(<Console {...first} />, app);
