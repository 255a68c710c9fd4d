// Playground: a conversation in any of the three APIs, with the events behind it and the same request as code.

import { useEffect, useState } from "preact/hooks";
import type { Status } from "../admin.ts";
import type { Conversation, Turn } from "../conversation.ts";
import { milliseconds, shortCount } from "../format.ts";
import { useFollowEnd } from "../parts/follow_end.ts";
import { Icon } from "../parts/icon.tsx";
import { Page } from "../parts/page.tsx";
import { Empty } from "../parts/states.tsx";
import { type Answer, speedOf, useRun } from "../playground_run.ts";
import type { PageProps } from "../shell.tsx";
import { Settings } from "./playground_settings.tsx";
import { Side } from "./playground_side.tsx";

// What the page finds again when one comes back to it. It is gone with the tab, and so is the key.
const kept: { conversation: Conversation; answer: Answer | null } = {
  conversation: { api: "chat", model: "", system: "", turns: [], temperature: null, maxTokens: null, effort: "" },
  answer: null,
};

// A model that is served and speaks the API, whatever was chosen before.
function fitting(conversation: Conversation, status: Status | null): Conversation {
  const speaking = status?.models.filter(({ apis }) => apis.includes(conversation.api)) ?? [];
  if (status === null || speaking.some(({ id }) => id === conversation.model)) return conversation;
  return { ...conversation, model: speaking[0]?.id ?? "" };
}

export function PlaygroundPage({ status, playgroundKey, putPlaygroundKey }: PageProps) {
  const [chosen, setConversation] = useState(kept.conversation);
  const conversation = fitting(chosen, status);
  const run = useRun(kept.answer);
  useEffect(() => void Object.assign(kept, { conversation: chosen }), [chosen]);

  const answerTo = async (turns: Turn[]) => {
    setConversation({ ...conversation, turns });
    const answer = await run.start({ ...conversation, turns }, playgroundKey);
    kept.answer = answer;
    if (answer.text === "" && answer.reasoning === "") return;
    setConversation((now) => ({
      ...now,
      turns: [...turns, { role: "assistant", text: answer.text, reasoning: answer.reasoning }],
    }));
  };
  const clear = () => {
    setConversation({ ...conversation, turns: [] });
    run.forget();
    kept.answer = null;
  };

  return (
    <Page
      title="Playground"
      lead="A conversation with any model, in any of the three APIs."
      actions={
        <button class="button" disabled={run.running || conversation.turns.length === 0} onClick={clear}>
          New conversation
        </button>
      }
    >
      <Settings
        conversation={conversation}
        change={(part) => setConversation({ ...conversation, ...part })}
        status={status}
        apiKey={playgroundKey}
        putKey={putPlaygroundKey}
        disabled={run.running}
      />
      <div class="playground">
        <section class="card talk" aria-label="Conversation">
          <Log
            turns={conversation.turns}
            answer={run.answer}
            running={run.running}
            retry={() => answerTo(conversation.turns)}
          />
          <Composer
            running={run.running}
            ready={conversation.model !== ""}
            stop={run.stop}
            send={(text) => answerTo([...conversation.turns, { role: "user", text }])}
          />
        </section>
        <Side conversation={conversation} events={run.answer?.events ?? []} />
      </div>
    </Page>
  );
}

interface LogProps {
  turns: Turn[];
  answer: Answer | null;
  running: boolean;
  retry: () => void;
}

function Log({ turns, answer, running, retry }: LogProps) {
  const following = useFollowEnd();
  return (
    <div class="log" role="log" aria-label="Messages" aria-busy={running} tabIndex={0} {...following}>
      {turns.length === 0 && (
        <Empty icon="playground" title="Say something">
          <p>The answer streams in here; beside it stand the events as they arrive, and the request as code.</p>
        </Empty>
      )}
      {turns.map((turn, at) => (
        <Message key={at} {...turn} />
      ))}
      {running && answer && <Message role="assistant" text={answer.text} reasoning={answer.reasoning} running />}
      {answer?.failure && (
        <p class="fault-box" role="alert">
          <span>{answer.failure}</span>
          {turns.at(-1)?.role === "user" && (
            <button class="button" onClick={retry}>
              Try again
            </button>
          )}
        </p>
      )}
      {answer && !running && answer.firstTokenMs !== null && <Outcome answer={answer} />}
    </div>
  );
}

function Message({ role, text, reasoning, running }: Turn & { running?: boolean }) {
  return (
    <article class={`message ${role}`} aria-label={role === "user" ? "You" : "The model"}>
      {reasoning && (
        <details class="reasoning" open={running || text === ""}>
          <summary>{running && text === "" ? "Thinking…" : "Thinking"}</summary>
          <p>{reasoning}</p>
        </details>
      )}
      {(text || running) && (
        <p class="text">
          {text}
          {running && <span class="cursor" aria-hidden="true" />}
        </p>
      )}
    </article>
  );
}

function Outcome({ answer }: { answer: Answer }) {
  const speed = speedOf(answer);
  const facts = [
    answer.firstTokenMs !== null && `first token after ${milliseconds(answer.firstTokenMs)}`,
    answer.outputTokens > 0 && `${shortCount(answer.outputTokens)} tokens`,
    speed !== null && `${shortCount(speed)} tokens/s`,
    answer.finish?.replaceAll("_", " "),
  ];
  return (
    <p class="outcome-line">
      <span>{facts.filter(Boolean).join(" · ")}</span>
      {answer.traceId && <code title="Trace id">{answer.traceId}</code>}
    </p>
  );
}

interface ComposerProps {
  running: boolean;
  ready: boolean;
  send: (text: string) => void;
  stop: () => void;
}

function Composer({ running, ready, send, stop }: ComposerProps) {
  const [text, setText] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (running || text.trim() === "") return;
    send(text);
    setText("");
  };
  const keyed = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
    if (event.key === "Escape" && running) stop();
  };
  return (
    <form class="composer" onSubmit={submit}>
      <textarea
        rows={2}
        aria-label="Message"
        placeholder="Message (Enter sends, Shift+Enter begins a line)"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={keyed}
      />
      {running ? (
        <button type="button" class="button" onClick={stop}>
          <Icon name="stop" />
          Stop
        </button>
      ) : (
        <button class="button primary" disabled={!ready || text.trim() === ""}>
          <Icon name="send" />
          Send
        </button>
      )}
    </form>
  );
}
