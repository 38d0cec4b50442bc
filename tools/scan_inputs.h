#pragma once

#include "dockerfile/scan_finding.h"
#include "dockerfile/scan_input.h"
#include "scan_answers.h"

// Each thing that was named, scanned: files and what directories hold on all processors at once, in
// the order of their names.
// "sha256:…" of a file's bytes, or of an image; empty where it cannot be read.
std::string digest_of(const harden::Host& host, const harden::ScannedFile& file);

harden::Result<std::vector<harden::ScannedFile>> scanned_inputs(const harden::Node& node,
                                                                const ScanAsked& asked);
