/**
 * Stand-in for a Java object in job code: streams and the small façades of `java.*` classes.
 * `isJavaObject` asks for this class.
 */
export class JavaObject {
  /** Full name of the class it stands for. */
  static readonly className: string = "java.lang.Object";

  /** Not a map for those who ask `Object.prototype.toString`. */
  get [Symbol.toStringTag](): string {
    return "JavaObject";
  }

  getClass(): { getName(): string; getSimpleName(): string; toString(): string } {
    const name = (this.constructor as typeof JavaObject).className;
    return {
      getName: () => name,
      getSimpleName: () => name.slice(name.lastIndexOf(".") + 1),
      toString: () => `class ${name}`,
    };
  }

  hashCode(): number {
    let hash = 0;
    for (const char of this.toString()) hash = (Math.imul(hash, 31) + char.charCodeAt(0)) | 0;
    return hash;
  }

  equals(other: unknown): boolean {
    return this === other;
  }

  toString(): string {
    return `${(this.constructor as typeof JavaObject).className}@1`;
  }
}
