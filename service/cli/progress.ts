import { stripVTControlCharacters } from "node:util";
import { colorsFor, isTerminal, widthOf } from "./terminal.js";
import { durationText } from "./times.js";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 100;
/** A progress line that appears for a shorter time would only flicker, ms. */
const DELAY_MS = 300;

/** A progress line in a terminal; elsewhere nothing is shown. */
export interface Progress {
  /** The current activity. */
  state: string;
  /** The last line of output. */
  detail: string;
  /** Removes the line. */
  end(): void;
}

/** Shows the line on the standard error output after {@link DELAY_MS}, until its end. */
export function startProgress(state: string): Progress {
  const startedAt = Date.now();
  const colors = colorsFor("stderr");
  let frame = 0;
  let isShown = false;
  let isOver = false;
  const draw = async (): Promise<void> => {
    const elapsedMs = Date.now() - startedAt;
    if (elapsedMs < DELAY_MS) return;
    // Loaded late: most commands end before a line is cut to the width.
    const { default: cliTruncate } = await import("cli-truncate");
    if (isOver) return;
    isShown = true;
    const { state, detail } = progress;
    const head = `${FRAMES[frame++ % FRAMES.length]} ${durationText(Math.round(elapsedMs / REDRAW_MS) * REDRAW_MS)} ${state}`;
    const tail = detail === "" ? "" : ` ${colors.dim(stripVTControlCharacters(detail).replace(/\s+/g, " "))}`;
    process.stderr.write(`\r\x1b[2K${cliTruncate(head + tail, widthOf("stderr") - 1)}`);
  };
  const timer = isTerminal("stderr") ? setInterval(() => void draw(), REDRAW_MS) : undefined;
  const progress: Progress = {
    state,
    detail: "",
    end() {
      clearInterval(timer);
      if (isShown && !isOver) process.stderr.write("\r\x1b[2K");
      isOver = true;
    },
  };
  return progress;
}
