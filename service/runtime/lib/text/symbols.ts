/** Signs to draw with on a terminal, by the names jobs know them under (`ow.format.syms()`). */
export const symbols: Record<string, string> = {
  check_mark: "✔",
  light_check_mark: "✓",
  cross_mark: "✖",
  light_cross_mark: "✕",
  pause: "⏸",
  stop: "⏹",
  play: "▷",
  offonstandby: "⏻",
  offon: "⏼",
  form_checkmark: "☑",
  form_crossmark: "☒",
  arrowleft: "←",
  arrowright: "→",
  arrowup: "↑",
  arrowdown: "↓",
  asterism: "⁂",
  fullrightfinger: "☛",
  rightfinger: "☞",
  fullstar: "★",
  star: "☆",
  square: "□",
  space: "␣",
  cloud: "☁",
  thumbsup: "👍",
  thumbsdown: "👎",
  cross: "┼",
  crossHLeft: "┤",
  crossHRight: "├",
  crossVBottom: "┬",
  crossVTop: "┴",
  lineHRight: "╶",
  lineHLeft: "╴",
  lineVTop: "╵",
  lineVBottom: "╷",
  lineH: "─",
  lineTRight: "└",
  lineBRight: "┌",
  lineBLeft: "┐",
  lineTLeft: "┘",
  curveTRight: "╰",
  curveBRight: "╭",
  curveBLeft: "╮",
  curveTLeft: "╯",
  lineV: "│",
  dlineV: "║",
  dlineH: "═",
  turnBRight: "╔",
  turnTRight: "╚",
  turnTLeft: "╝",
  turnBLeft: "╗",
  dcrossHRight: "╠",
  dcrossHLeft: "╣",
  dcrossVBottom: "╦",
  dcrossVTop: "╩",
  dcross: "╬",
  lBToT: "╱",
  lTToB: "╲",
  lCross: "╳",
  patternLight: "░",
  patternMedium: "▒",
  patternDark: "▓",
  blockH: "━",
};

/** The signs of a frame, each side as far as it is there. */
export interface FrameTheme {
  ltop?: string;
  tmiddle?: string;
  rtop?: string;
  lmiddle?: string;
  rmiddle?: string;
  lbottom?: string;
  bmiddle?: string;
  rbottom?: string;
  tab?: string;
}

/** Eight signs clockwise from the upper left corner, `.` for none: ltop tmiddle rtop rmiddle rbottom bmiddle lbottom lmiddle. */
const drawn: Record<string, string> = {
  closedOneSpace: "        ",
  simpleOneSpace: "....... ",
  simpleLine: ".......│",
  doubleOneSpace: "... ... ",
  doubleLine: "...│...│",
  simpleLineWithTips: "╷.....╵│",
  simpleLineWithBottomTip: "......╵│",
  simpleLineWithTopTip: "╷......│",
  simpleLineWithCTips: "╭.....╰│",
  simpleLineWithCBottomTip: "......╰│",
  simpleLineWithCTopTip: "╭......│",
  simpleLineWithRTips: "┌.....└│",
  simpleLineWithRTopTip: "┌......│",
  simpleLineWithRBottomTip: "......└│",
  doubleLineWithRTips: "╔.╗║╝.╚║",
  doubleLineBothSides: "...║...║",
  closedRect: "┌─┐│┘─└│",
  closedDoubleRect: "╔═╗║╝═╚║",
  closedCurvedRect: "╭─╮│╯─╰│",
  openTopRect: "...│┘─└│",
  openBottomRect: "┌─┐│...│",
  openRect: "┌.┐│┘.└│",
  openTopCurvedRect: "...│╯─╰│",
  openBottomCurvedRect: "╭─╮│...│",
  openCurvedRect: "╭.╮│╯.╰│",
  openCurvedSpace: "╭.╮ ╯.╰ ",
  blockCurvedSpace: "╯▄╰ ╭▀╮ ",
};
const places: (keyof FrameTheme)[] = ["ltop", "tmiddle", "rtop", "rmiddle", "rbottom", "bmiddle", "lbottom", "lmiddle"];

/** All frames by name. */
export function frameThemes(): Record<string, FrameTheme> {
  const themes: Record<string, FrameTheme> = {};
  for (const [name, signs] of Object.entries(drawn)) {
    const theme: FrameTheme = (themes[name] = {});
    for (const [index, sign] of [...signs].entries()) if (sign !== ".") theme[places[index]!] = sign;
  }
  return themes;
}
