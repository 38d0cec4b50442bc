#!/usr/bin/python3
# One verb of harden: its plan, and its apply where the plan has changes. In check mode the plan alone.
import json

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
module: harden_verb
short_description: Plans and applies one verb of harden
options:
  plan:
    description: Words of the command that prints the changes.
    type: list
    elements: str
    required: true
  apply:
    description: Words of the command that makes them. Without it there is a plan only.
    type: list
    elements: str
author: harden
"""

# docs/exit-status.md
AS_WANTED, PENDING = 0, 1
MEANING = {2: "trouble", 3: "failed and was rolled back", 4: "failed and needs a human"}


def run(module, words):
    return module.run_command(["harden", *words, "--format", "json"])


def end(module, words, status, errors):
    meaning = MEANING.get(status, "ended with status %d" % status)
    module.fail_json(msg="harden %s: %s: %s" % (" ".join(words), meaning, errors.strip()), rc=status)


def planned(module):
    words = module.params["plan"]
    status, answer, errors = run(module, words)
    if status not in (AS_WANTED, PENDING):
        end(module, words, status, errors)
    changes = json.loads(answer).get("changes", []) if status == PENDING else []
    return status == PENDING, changes


def side(changes, which):
    return "".join("%s: %s\n" % (change["what"], change[which]) for change in changes if change[which])


def main():
    module = AnsibleModule(
        argument_spec={
            "plan": {"type": "list", "elements": "str", "required": True},
            "apply": {"type": "list", "elements": "str"},
        },
        supports_check_mode=True,
    )
    pending, changes = planned(module)
    words = module.params["apply"]
    if pending and words and not module.check_mode:
        status, _, errors = run(module, words)
        if status != AS_WANTED:
            end(module, words, status, errors)
    difference = {"before": side(changes, "from"), "after": side(changes, "to")}
    module.exit_json(changed=pending, changes=changes, diff=difference)


if __name__ == "__main__":
    main()
