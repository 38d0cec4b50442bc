// node kubernetes.mjs FILE…: each document against the types of its API (also for words that it does
// not have), and what the admission policy says of pods that are as wanted and of pods that are not.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { evaluate } from "@marcbachmann/cel-js";
import { parseAllDocuments } from "yaml";

const require = createRequire(join(process.cwd(), "x.js"));
let failures = 0;
const tell = (good, what) => {
  console.log(`  ${good ? "ok  " : "FAIL"}  ${what}`);
  failures += good ? 0 : 1;
};

const documents = process.argv.slice(2).flatMap((file) =>
  parseAllDocuments(readFileSync(file, "utf8"), { merge: true }).map((one) => {
    if (one.errors.length) throw one.errors[0];
    return { file, value: one.toJS() };
  }),
);

// kubernetes-models has a class for each kind, whose type refuses what the API does not know
const known = documents.filter(({ value }) => !value.apiVersion.startsWith("kubelet."));
function typed(all) {
  const lines = all.map(({ value }, i) =>
    `import { I${value.kind} as T${i} } from "kubernetes-models/${value.apiVersion}/${value.kind}";\n` +
    `export const v${i}: T${i} = ${JSON.stringify(value)};\n`);
  const directory = mkdtempSync(join(process.cwd(), "typed-"));
  try {
    writeFileSync(join(directory, "all.ts"), lines.join(""));
    execFileSync(join(process.cwd(), "node_modules/.bin/tsc"),
      ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022",
        join(directory, "all.ts")], { stdio: "pipe" });
    return "";
  } catch (error) {
    return String(error.stdout || error);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

for (const { file, value } of known) {
  const Model = require(`kubernetes-models/${value.apiVersion}/${value.kind}`)[value.kind];
  try {
    new Model(value).validate();
    tell(true, `${file.replace(/.*kubernetes\//, "")}: ${value.kind} ${value.metadata.name}`);
  } catch (error) {
    tell(false, `${file}: ${value.kind}: ${error.message}`);
  }
}
const complaint = typed(known);
tell(!complaint, `no word that the API does not know in ${known.length} documents ${complaint}`);
const wrong = structuredClone(known.find(({ value }) => value.kind === "NetworkPolicy"));
wrong.value.spec.podSelecter = {};
tell(typed([wrong]).includes("podSelecter"), "the control, a misspelt word, is found");

// The API server's own evaluation, as far as a policy of plain CEL needs it.
const policy = documents.find(({ value }) => value.kind === "ValidatingAdmissionPolicy").value.spec;
function refusals(pod) {
  const object = { metadata: {}, ...pod };
  const variables = {};
  for (const { name, expression } of policy.variables)
    variables[name] = evaluate(expression, { object, variables });
  return policy.validations.filter(({ expression }) => evaluate(expression, { object, variables }) !== true)
    .map(({ message }) => message);
}
const container = () => ({
  name: "app", image: "app", securityContext: { readOnlyRootFilesystem: true },
  resources: { limits: { cpu: "250m", memory: "256Mi", "ephemeral-storage": "512Mi" } },
});
const good = () => ({
  metadata: { name: "app", annotations: { owner: "x" } },
  spec: {
    runtimeClassName: "gvisor", automountServiceAccountToken: false, containers: [container()],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: "64Mi" } }],
  },
});
tell(refusals(good()).length === 0, `a pod as wanted is admitted ${refusals(good())}`);
const cases = [
  ["runtimeClassName must be gvisor", (pod) => { delete pod.spec.runtimeClassName; }],
  ["runtimeClassName must be gvisor", (pod) => { pod.spec.runtimeClassName = "runc"; }],
  ["a pod shares no namespace with its node", (pod) => { pod.spec.hostPID = true; }],
  ["a pod shares no namespace with its node", (pod) => { pod.spec.hostNetwork = true; }],
  ["a pod shares no namespace with its node", (pod) => { pod.spec.hostIPC = true; }],
  ["a pod mounts nothing of its node", (pod) => { pod.spec.volumes.push({ name: "d", hostPath: { path: "/" } }); }],
  ["an emptyDir needs a sizeLimit", (pod) => { pod.spec.volumes[0].emptyDir = {}; }],
  ["every container needs limits", (pod) => { delete pod.spec.containers[0].resources.limits.memory; }],
  ["every container needs limits", (pod) => { const c = container(); delete c.resources; pod.spec.initContainers = [c]; }],
  ["every container needs readOnlyRootFilesystem", (pod) => { delete pod.spec.containers[0].securityContext; }],
  ["annotations must not change the sandbox", (pod) => { pod.metadata.annotations["dev.gvisor.flag.network"] = "host"; }],
  ["automountServiceAccountToken must be false", (pod) => { delete pod.spec.automountServiceAccountToken; }],
  ["a container that is added later", (pod) => { pod.spec.ephemeralContainers = [container()]; }],
];
for (const [message, spoil] of cases) {
  const pod = good();
  spoil(pod);
  const said = refusals(pod);
  tell(said.length === 1 && said[0].startsWith(message), `refused: ${message} ${said.length === 1 ? "" : said}`);
}
process.exit(failures ? 1 : 0);
