/** Look of a cell. A part that is present replaces that part of the cell's look. */
export interface XlsStyle {
  font?: {
    bold?: boolean;
    italic?: boolean;
    underline?: boolean | string;
    strike?: boolean;
    size?: number;
    name?: string;
    color?: XlsColour;
  };
  alignment?: {
    horizontal?: string;
    vertical?: string;
    wrapText?: boolean;
    shrinkToFit?: boolean;
    /** Degrees, -90 to 90. */
    textRotation?: number;
    indent?: number;
  };
  border?: Partial<Record<"left" | "right" | "top" | "bottom", { style: string; color?: XlsColour }>>;
  fill?: { fgColor: XlsColour };
}

export interface XlsColour {
  /** Opacity, red, green and blue as 8 hexadecimal digits. */
  argb: string;
}
