import type { SetupPlan } from "./setup-plan.js";
import { quote } from "./wrapper.js";

/** `rojob-launch.md`: how to use the files, and how to start the nodes when the machine boots. */
export function launchNotes({ folder, ports, url, workFolder, apiKey }: SetupPlan): string {
  const wrapper = quote(`${folder}/rojob.sh`);
  const units = ports.map((port) => `rojob@${port}`).join(" ");
  const key = apiKey === undefined ? "" : ` -H "Authorization: Bearer $(cat ${quote(`${workFolder}/.rojob/apikey`)})"`;
  return `# Nodes of ${folder}

Written by \`rojob setup\`. ${ports.length === 1 ? "The node answers" : "The nodes answer"} on port ${ports.join(", ")}.
${apiKey === undefined ? "No key is required." : `The API key is in ${workFolder}/.rojob/apikey, and in rojob.py; both are readable by their owner only.`}

## Use

    ${wrapper} start
    ${wrapper} status
    ${wrapper} FILE.yaml name=value
    python3 ${quote(`${folder}/rojob.py`)} FILE.yaml name=value
    curl${key} --data-binary rojob/echo.yaml "${url}/run?message=hello"
    ${wrapper} stop

\`start\` also starts a supervisor, which restarts nodes that die. Logs are in ${workFolder}/.rojob/nodes unless LOG is set.

## Start at boot

With systemd, which then supervises the nodes, one instance per port:

    sudo cp ${quote(`${folder}/rojob@.service`)} /etc/systemd/system/
    sudo systemctl daemon-reload
    sudo systemctl enable --now ${units}
    systemctl status ${units}
    journalctl -u 'rojob@*' -f

With cron, on machines without systemd (\`crontab -e\`):

    @reboot ${wrapper} start

Do not use both: the second one would find the ports in use.
`;
}
