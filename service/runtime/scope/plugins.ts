import { Email } from "../features/plugins/email.js";
import { Git } from "../features/plugins/git.js";
import { $ssh, autoFilter, getStyle, init, setTable } from "../features/plugins/plugins.js";
import { Ssh } from "../features/plugins/ssh.js";
import { Xls } from "../features/plugins/xls.js";
import { borderStyle, colour } from "../features/plugins/xls-styles.js";
import { HttpClient } from "../lib/http/client.js";

export const scope = {
  XLS: Xls,
  GIT: Git,
  SSH: Ssh,
  $ssh,
  Email,
  HTTP: HttpClient,
  "ow.format.xls.init": init,
  "ow.format.xls.getStyle": getStyle,
  "ow.format.xls.getColor": colour,
  "ow.format.xls.getBorderStyle": borderStyle,
  "ow.format.xls.autoFilter": autoFilter,
  "ow.format.xls.setTable": setTable,
};
