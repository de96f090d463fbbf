// A chat tool by the TypeScript SDK, `zod` and `fetch`; the environment's DEFECT makes one thing wrong.
//
// OPENAI_BASE_URL, OPENAI_API_KEY and REQUEST_TIMEOUT_MS say where the provider is.

import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { z } from "zod";

const DEFECTS = [
  "unknown-dropped",
  "number-from-text",
  "temperature-dropped",
  "system-invented",
  "failure-as-success",
  "status-lost",
  "key-leaked",
  "choices-lost",
  "cut-as-success",
  "state-kept",
  "noise-on-stdout",
];
const defect = process.env.DEFECT ?? "";
if (defect && !DEFECTS.includes(defect)) {
  console.error(`DEFECT is none of ${DEFECTS.join(", ")}: ${defect}`);
  process.exit(2);
}
const has = (name) => defect === name;

const base = process.env.OPENAI_BASE_URL ?? "https://api.openai.com/v1";
const key = process.env.OPENAI_API_KEY ?? "";
const limit = Number(process.env.REQUEST_TIMEOUT_MS ?? 30_000);

// Without `.strict()` the SDK publishes `additionalProperties: false`, and zod drops the keys.
const closed = (shape) => (has("unknown-dropped") ? z.object(shape) : z.object(shape).strict());

const message = closed({
  role: z.enum(["system", "user", "assistant"]),
  content: z.string(),
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/).optional(),
});
const input = closed({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: has("number-from-text")
    ? z.coerce.number().int().min(1).max(100_000).optional()
    : z.number().int().min(1).max(100_000).optional(),
  n: z.number().int().min(1).max(8).optional(),
  stop: z.union([z.string(), z.array(z.string()).min(1).max(4)]).optional(),
  seed: z.number().int().optional(),
});

const history = [];

function requestBody(given) {
  const body = { ...given };
  if (has("temperature-dropped")) delete body.temperature;
  if (has("system-invented")) {
    body.messages = [{ role: "system", content: "Answer in one word." }, ...body.messages];
  }
  if (has("state-kept")) {
    history.push(...body.messages);
    body.messages = [...history];
  }
  return JSON.stringify(body);
}

async function ask(given) {
  let response;
  let text;
  try {
    response = await fetch(`${base}/chat/completions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: requestBody(given),
      signal: AbortSignal.timeout(limit),
      redirect: "manual",
    });
    text = await response.text();
  } catch (error) {
    const isLate = error.name === "TimeoutError";
    return failed(isLate ? `no answer within ${limit} ms` : "the connection to the provider failed");
  }
  if (!response.ok) {
    const wait = response.headers.get("retry-after");
    const status = has("status-lost") ? "" : `HTTP ${response.status}: `;
    return failed(`${status}${text.slice(0, 2000)}${wait ? ` (retry after ${wait})` : ""}`);
  }
  return answered(response.status, text);
}

function answered(status, text) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    return has("cut-as-success") ? succeeded(text) : failed(`HTTP ${status}, but no JSON: ${text.slice(0, 500)}`);
  }
  if (!Array.isArray(answer?.choices)) {
    return failed(`HTTP ${status}, but no completion: ${text.slice(0, 2000)}`);
  }
  if (has("choices-lost")) {
    return succeeded(JSON.stringify({ ...answer, choices: answer.choices.slice(0, 1) }));
  }
  return succeeded(text); // as it came: JSON.parse would change large numbers
}

function succeeded(text) {
  return { content: [{ type: "text", text }] };
}

function failed(why) {
  const text = has("key-leaked") ? `${why} [Authorization: Bearer ${key}]` : why;
  return { content: [{ type: "text", text }], isError: !has("failure-as-success") };
}

const server = new McpServer({ name: "node-completions", version: "1.0.0" });
server.registerTool(
  "create_chat_completion",
  { description: "Ask a model; returns the provider's answer as JSON.", inputSchema: input },
  (given) => {
    if (has("noise-on-stdout")) console.log("asking the provider");
    return ask(given);
  },
);
await server.connect(new StdioServerTransport());
