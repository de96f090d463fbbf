// Sends one streamed chat with the openai SDK, told where by OPENAI_BASE_URL alone, and prints what
// came: {"text", "finish", "chunks"} or {"raised", "status", "message"}.
import OpenAI from "openai";

const [content] = process.argv.slice(2);
try {
  const stream = await new OpenAI({ maxRetries: 2 }).chat.completions.create({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content }],
    stream: true,
  });
  let [text, finish, chunks] = ["", null, 0];
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
    chunks += 1;
  }
  console.log(JSON.stringify({ text, finish, chunks }));
} catch (error) {
  const { status, message } = error;
  console.log(JSON.stringify({ raised: error.constructor.name, status, message }));
}
