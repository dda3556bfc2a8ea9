import { dataClean, drawLineChart, printBars, printChart } from "../lib/terminal/charts.js";

export const scope = {
  printBars,
  printChart,
  "ow.format.string.lineChart": drawLineChart,
  "ow.format.string.dataClean": dataClean,
};
