import { world } from "../world.js";
import { JavaObject } from "./object.js";

/** The Java exception that an error wraps: `e.javaException` in job code. */
export class Throwable extends JavaObject {
  static override readonly className: string = "java.lang.Throwable";

  /**
   * @param javaClass full name of its class
   * @param detail its message; null when it has none
   * @param stack stack of the error, as the JavaScript engine formats it
   */
  constructor(
    private readonly javaClass: string,
    private readonly detail: string | null = null,
    private readonly stack = "",
  ) {
    super();
  }

  override getClass(): ReturnType<JavaObject["getClass"]> {
    const name = this.javaClass;
    return {
      getName: () => name,
      getSimpleName: () => name.slice(name.lastIndexOf(".") + 1),
      toString: () => `class ${name}`,
    };
  }

  getMessage(): string | null {
    return this.detail;
  }

  getLocalizedMessage(): string | null {
    return this.detail;
  }

  getCause(): null {
    return null;
  }

  /** Frames are the JavaScript engine's own affair: there are none to look at. */
  getStackTrace(): unknown[] {
    return [];
  }

  /** To the standard error output. */
  printStackTrace(): void {
    const frames = this.stack.split("\n").filter((line) => /^\s+at /.test(line));
    world.host.output.write(2, `${[this.toString(), ...frames].join("\n")}\n`);
  }

  override toString(): string {
    return this.detail === null ? this.javaClass : `${this.javaClass}: ${this.detail}`;
  }
}
