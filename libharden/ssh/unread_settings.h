#pragma once

#include "ssh/sshd_config.h"
#include "ssh/sshd_settings.h"

namespace harden {

// A file of the configuration, other than ours, that was changed after the running sshd read it:
// a reload would bring in what no login has tried. Empty: there is none, or sshd reads its files
// anew for each connection.
std::string unread_file(const Host& host, const std::vector<SshdDirective>& configuration,
                        const SshdSettings& settings);

}
