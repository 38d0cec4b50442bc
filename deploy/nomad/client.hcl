# A fragment of a Nomad client's configuration: tenants' tasks through Docker, in gVisor, without the
# node. The numbers are those of rules/tiers.toml and rules/egress.toml on the node holds anyway.
client {
  enabled = true
  meta {
    harden_profile = "full"
  }
}

plugin "docker" {
  config {
    allow_privileged = false
    allow_caps       = []
    allow_runtimes   = ["runsc"]
    pids_limit       = 256
    extra_labels     = ["job_name", "task_group_name", "task_name", "namespace"]

    volumes {
      enabled = false
    }

    gc {
      image     = true
      container = true
    }

    logging {
      type = "json-file"
      config {
        max-size = "10m"
        max-file = "3"
      }
    }
  }
}

# whoever may use these may leave the sandbox
plugin "raw_exec" {
  config {
    enabled = false
  }
}
